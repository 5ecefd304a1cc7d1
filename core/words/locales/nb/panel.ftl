missing-none = Så vidt vi vet, ligner de som svarte, på dem som bor her.
missing-some = Dette vet vi mindre om, for få av dem svarte: { $groups }.
missing-group = { $group } ({ $answers } prosent av svarene, { $people } prosent av innbyggerne)
missing-group-few = { $group } (færre enn { $limit } svar, { $people } prosent av innbyggerne)
missing-group-untold = { $group } ({ $people } prosent av innbyggerne)
weighted = Vektet, slik at de som svarte, teller som innbyggerne etter { $margins }. De { $answered } svarene sier da like mye som { $effective } jevnt fordelte svar.
weighted-off = Grensene for hvor mye én person kan telle, gjør at noen andeler er opptil { $points } prosentpoeng fra innbyggernes.
weighted-unreached = Vi vet ingenting om { $groups }: Ingen av dem svarte, og de andre teller for dem.
