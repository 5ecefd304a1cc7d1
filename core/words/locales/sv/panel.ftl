missing-none = Så vitt vi vet liknar de som svarade dem som bor här.
missing-some = Det här vet vi mindre om, för få av dem svarade: { $groups }.
missing-group = { $group } ({ $answers } procent av svaren, { $people } procent av invånarna)
missing-group-few = { $group } (färre än { $limit } svar, { $people } procent av invånarna)
missing-group-untold = { $group } ({ $people } procent av invånarna)
weighted = Vägt, så att de som svarade räknas som invånarna efter { $margins }. De { $answered } svaren säger då lika mycket som { $effective } jämnt fördelade svar.
weighted-off = Gränserna för hur mycket en person får räknas gör att några andelar är upp till { $points } procentenheter från invånarnas.
weighted-unreached = Vi vet ingenting om { $groups }: ingen av dem svarade, och de andra räknas för dem.
