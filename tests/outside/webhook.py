"""The receiver's half of Standard Webhooks, by the authors of the standard.

webhook.py FILE SECRET
    FILE holds JSON: `headers` and `body` of a request as it came. Says `sound` when the library believes it, or else why it does not.
    The library refuses what is older than five minutes.
"""

import json
import sys

from standardwebhooks.webhooks import Webhook


def main():
    asked = json.load(open(sys.argv[1], encoding="utf-8"))
    try:
        Webhook(sys.argv[2]).verify(asked["body"], asked["headers"])
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
        return
    print("sound")


main()
