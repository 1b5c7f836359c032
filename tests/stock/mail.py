"""A mail server that reads what it is sent with Python's own parser: one line of JSON for each letter, after its port."""
import asyncio
import email
import email.policy
import json

from aiosmtpd.smtp import SMTP


class Reader:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = lambda kind: (part := letter.get_body((kind,))) and part.get_content()
        headers = {name: letter[name] for name in ("From", "To", "Subject", "Message-ID", "Date", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted")}
        defects = [str(defect) for part in letter.walk() for defect in part.defects] + [str(defect) for value in letter.values() for defect in value.defects]
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": headers, "text": body("plain"), "html": body("html"),
            "kind": letter.get_content_type(), "parts": [part.get_content_type() for part in letter.iter_parts()], "defects": defects,
        }), flush=True)
        return "250 OK"


async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Reader(), enable_SMTPUTF8=True, decode_data=False), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
