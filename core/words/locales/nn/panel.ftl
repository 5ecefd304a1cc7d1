missing-none = Så vidt vi veit, liknar dei som svarte, på dei som bur her.
missing-some = Dette veit vi mindre om, for få av dei svarte: { $groups }.
missing-group = { $group } ({ $answers } prosent av svara, { $people } prosent av innbyggjarane)
missing-group-few = { $group } (færre enn { $limit } svar, { $people } prosent av innbyggjarane)
missing-group-untold = { $group } ({ $people } prosent av innbyggjarane)
weighted = Vekta, slik at dei som svarte, tel som innbyggjarane etter { $margins }. Dei { $answered } svara seier då like mykje som { $effective } jamt fordelte svar.
weighted-off = Grensene for kor mykje éin person kan telje, gjer at nokre delar er opptil { $points } prosentpoeng frå delane til innbyggjarane.
weighted-unreached = Vi veit ingenting om { $groups }: Ingen av dei svarte, og dei andre tel for dei.
