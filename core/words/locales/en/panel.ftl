missing-none = As far as we know, those who answered are much like the people who live here.
missing-some = We know less about these, for few of them answered: { $groups }.
missing-group = { $group } ({ $answers } per cent of the answers, { $people } per cent of the people)
missing-group-few = { $group } (fewer than { $limit } answers, { $people } per cent of the people)
missing-group-untold = { $group } ({ $people } per cent of the people)
weighted = Weighted, so that those who answered count as the people do by { $margins }. The { $answered } answers then tell as much as { $effective } evenly spread ones.
weighted-off = The limits on how much one person may count keep some shares up to { $points } percentage points from those of the people.
weighted-unreached = Nothing is known of { $groups }: nobody answered, and the others stand for them.
