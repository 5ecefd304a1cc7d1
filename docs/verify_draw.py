#!/usr/bin/env python3
"""Checks a draw that a municipality has published. Independent of Allting: Python's standard library alone.

    python3 verify_draw.py draw.json [pool.json]

Without the pool it checks: the digest of the announcement, that everybody's odds are as stated, that the seed gives the
panel that was drawn, and the order of the reserves. With the pool, where you were shown it: that it is the one that was
announced, that every panel keeps every quota, and that people who are alike are as likely.
"""
import hashlib
import json
import sys


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check(right, what):
    if not right:
        sys.exit("WRONG: " + what)


def main(path, pool_path=None):
    with open(path, encoding="utf-8") as file:
        proof = json.load(file)
    said, held = proof["announced"], proof.get("held")
    codes, panels, seats = said["codes"], said["panels"], said["rules"]["seats"]

    check(said["version"] == 1, "this script knows version 1")
    check(codes == sorted(set(codes)), "a code stands twice")
    check(all(len(set(panel)) == len(panel) == seats for panel in panels), "a panel has another number of people than seats")
    odds = dict.fromkeys(codes, 0)
    for panel in panels:
        for place in panel:
            odds[codes[place]] += 1
    check(odds == said["odds"], "somebody is in another number of panels than is stated")

    digest = sha256(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    print("announced", said["at"], "with the digest", digest)
    print("source of the seed:", said["source"])
    print("odds:", min(odds.values()), "to", max(odds.values()), "of", len(panels), "panels")
    if held:
        check(held["announcement"] == digest, "the announcement is not the one that was drawn from")
        number = int(sha256(digest + "\n" + held["seed"]), 16) % len(panels)
        check(held["number"] == number, "the seed gives panel %d" % number)
        check(held["panel"] == [codes[place] for place in panels[number]], "the people are not those of the panel")
        rest = sorted(set(codes) - set(held["panel"]), key=lambda code: sha256(digest + "\n" + held["seed"] + "\n" + code))
        check(held["reserves"] == rest, "the reserves are in another order")
        print("seed", repr(held["seed"]), "gives panel", number)
    if pool_path:
        check_pool(said, odds, pool_path)
    print("RIGHT")


def check_pool(said, odds, path):
    with open(path, encoding="utf-8") as file:
        kept = json.load(file)
    pool = sorted(kept["candidates"], key=lambda own: own["code"])
    line = lambda own: "\t".join([own["code"], str(own["chances"]), own["household"]] + own["profile"]) + "\n"
    check(sha256(kept["salt"] + "\n" + "".join(map(line, pool))) == said["pool"], "the pool is not the announced one")
    check([own["code"] for own in pool] == said["codes"], "the pool has other people")
    for number, panel in enumerate(said["panels"]):
        people = [pool[place] for place in panel]
        for at, stratum in enumerate(said["rules"]["strata"]):
            for quota in stratum["quotas"]:
                has = sum(own["profile"][at] == quota["value"] for own in people)
                right = quota["min"] <= has <= quota["max"]
                check(right, "panel %d has %d of %s" % (number, has, quota["value"]))
        homes = [own["household"] for own in people if own["household"]]
        alone = said["rules"]["households"] == "ignored" or len(homes) == len(set(homes))
        check(alone, "panel %d has two of a household" % number)
    alike = {}
    for own in pool:
        home = sorted(mate["profile"] for mate in pool if own["household"] and mate["household"] == own["household"])
        home = home if said["rules"]["households"] != "ignored" else []
        alike.setdefault(str((own["profile"], own["chances"], home)), []).append(odds[own["code"]])
    apart = max(max(group) - min(group) for group in alike.values())
    check(apart <= 5, "people who are alike are %d panels apart" % apart)
    print("the pool is the announced one, and every panel keeps the quotas")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
