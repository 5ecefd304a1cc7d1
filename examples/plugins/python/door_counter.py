"""A door counter: two bytes in, two bytes out, on port 2."""

from componentize_py_types import Err, Ok
from wit_world import exports
from wit_world.exports import decoding as wit


def count(name: str, n: int) -> wit.Observation:
    return wit.Observation(property=name, value=wit.Value_Integer(n), unit="1", age_s=0, part=None, extra=[])


def decoded(*observations: wit.Observation) -> wit.Decoded:
    return wit.Decoded(observations=list(observations), warnings=[], raw=None, extra=[])


def uplink(payload: bytes) -> wit.Uplink:
    return wit.Uplink(f_port=2, payload=payload, received_at_ms=1767225600000, settings="{}", extra=[])


EXAMPLES = [
    wit.Example(
        "three in, one out",
        uplink(bytes([0, 3, 0, 1])),
        Ok(decoded(count("people-in", 3), count("people-out", 1))),
    ),
    wit.Example("cut short", uplink(bytes([0, 3])), Err(wit.Fault_Malformed("2 bytes, expected 4"))),
]


class Decoding(exports.Decoding):
    def describe(self) -> wit.Description:
        return wit.Description(
            id="door-counter-py",
            version="0.1.0",
            title=[("en", "Door counter")],
            help=[("en", "Counts people in and out since the last report.")],
            schema='{"type":"object","additionalProperties":false}',
            commands=[],
            examples=EXAMPLES,
            extra=[],
        )

    def decode(self, uplink: wit.Uplink) -> wit.Decoded:
        if uplink.f_port != 2:
            raise Err(wit.Fault_UnsupportedPort(uplink.f_port))
        if len(uplink.payload) != 4:
            raise Err(wit.Fault_Malformed(f"{len(uplink.payload)} bytes, expected 4"))
        number = lambda at: int.from_bytes(uplink.payload[at : at + 2], "big")
        return decoded(count("people-in", number(0)), count("people-out", number(2)))

    def encode(self, command: wit.Command, settings: str) -> wit.Downlink:
        raise Err(wit.Fault_UnsupportedCommand(command.name))

    def decode_downlink(self, downlink: wit.Downlink, settings: str) -> str:
        raise Err(wit.Fault_UnsupportedPort(downlink.f_port))
