"""Asterisk and the domain: event in, command out. The only place that knows both.

Names that tie them together: a bridge has the call's id, the far leg of an outbound
call the channel id `<call id>.far`, a playback `<call id>.<name>`, a recording the call's
id. An inbound call's id is made from Asterisk's id and the channel's, so the same leg
always finds the same call. The Stasis arguments (`far,<call id>`, `agent,<call id>`,
`inbound,<DID>`) come from `dialplan/extensions.conf` and from `Dial`.
"""

from pbx.switch.asterisk import AsteriskSwitch

__all__ = ["AsteriskSwitch"]
