"""A mail server and a reader of signatures that nobody here wrote: aiosmtpd and dkimpy.

mail.py serve FOLDER [CERTIFICATE KEY USER PASSWORD]
    Takes mail on a port it prints, one file a letter in FOLDER. How it behaves stands in FOLDER/mode: nothing or `ok`; `busy` (451 for
    each recipient), `refuse` (550, with the address in it), `hang` (never answers), `garbage`.
mail.py verify FILE RECORD
    Checks the signature of a letter against a DNS record, and says what is in the letter as JSON.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import uuid

MODES = {"busy": "451 4.7.1 Try again later", "refuse": "550 5.1.1 <{}>: Recipient address rejected: no such user"}


class Keeper:
    def __init__(self, folder):
        self.folder = folder

    def mode(self):
        try:
            return open(os.path.join(self.folder, "mode")).read().strip()
        except FileNotFoundError:
            return "ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        mode = self.mode()
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode == "garbage":
            return "\x00\xff nonsense"
        if mode in MODES:
            return MODES[mode].format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = os.path.join(self.folder, uuid.uuid4().hex)
        with open(name + ".part", "wb") as file:
            file.write(envelope.content)
        os.rename(name + ".part", name + ".eml")
        return "250 2.0.0 taken for " + envelope.rcpt_tos[0]


def serve(folder, certificate=None, key=None, user=None, password=None):
    from aiosmtpd.smtp import SMTP, AuthResult

    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)

    def signs_in(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login.decode(), data.password.decode()) == (user, password), handled=False)

    def protocol():
        return SMTP(
            Keeper(folder), tls_context=context, require_starttls=bool(context), auth_required=bool(user),
            authenticator=signs_in if user else None, decode_data=False, enable_SMTPUTF8=True,
        )

    async def run():
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", int(os.environ.get("PORT", "0")))
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(run())


def verify(name, record):
    import dkim

    letter = open(name, "rb").read()
    look_up = lambda name, timeout=5: record.encode()
    message = email.message_from_bytes(letter, policy=email.policy.default)
    with_another_way_out = letter.replace(b"List-Unsubscribe: <", b"List-Unsubscribe: <https://evil.example/", 1)
    with_another_sender = b"From: Mallory <m@evil.example>\r\n" + letter
    json.dump(
        {
            "signed": dkim.verify(letter, dnsfunc=look_up),
            "changed": [
                dkim.verify(with_another_way_out, dnsfunc=look_up) and with_another_way_out != letter,
                dkim.verify(with_another_sender, dnsfunc=look_up),
                dkim.verify(letter[:-9] + b"evil" + letter[-9:], dnsfunc=look_up),
            ],
            "headers": {name: str(value) for name, value in message.items()},
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "defects": [str(defect) for defect in message.defects],
        },
        sys.stdout,
    )


{"serve": serve, "verify": verify}[sys.argv[1]](*sys.argv[2:])
