"""Autobahn|Python on asyncio."""

import asyncio

from autobahn.asyncio import websocket
from autobahn.websocket import compress

import contract


class Peer:
    """Its callbacks, as the coroutines of the contract."""

    def __init__(self, protocol):
        self.end = (1006, "")
        self.incoming = asyncio.Queue()
        self._protocol = protocol

    async def send(self, message):
        self._protocol.sendMessage(*_wire_form(message))

    async def uncompressed(self, message):
        self._protocol.sendMessage(*_wire_form(message), doNotCompress=True)

    async def fragments(self, parts):
        self._protocol.beginMessage(isBinary=isinstance(parts[0], bytes))
        for part in parts:
            self._protocol.sendMessageFrame(_wire_form(part)[0])
        self._protocol.endMessage()

    async def ping(self, payload):
        self._protocol.sendPing(payload)

    async def close(self, code, reason):
        self._protocol.sendClose(code, reason)

    async def receive(self):
        return await self.incoming.get()


def _wire_form(message):
    return (message.encode(), False) if isinstance(message, str) else (message, True)


class _Callbacks:
    def onOpen(self):
        self.peer = Peer(self)
        self.task = asyncio.ensure_future(self.factory.session(self.peer, self))

    def onMessage(self, payload, isBinary):
        self.peer.incoming.put_nowait(payload if isBinary else payload.decode())

    def onClose(self, wasClean, code, reason):
        if hasattr(self, "peer"):
            self.peer.end = (code, reason or "")
            self.peer.incoming.put_nowait(None)


class ClientProtocol(_Callbacks, websocket.WebSocketClientProtocol):
    pass


class ServerProtocol(_Callbacks, websocket.WebSocketServerProtocol):
    def onConnect(self, request):
        self.path = request.path
        return next((name for name in request.protocols if name in self.factory.known), None)


def _offers(deflate):
    return {
        None: [],
        "default": [compress.PerMessageDeflateOffer()],
        "no-takeover": [compress.PerMessageDeflateOffer(request_no_context_takeover=True)],
        "small-window": [compress.PerMessageDeflateOffer(request_max_window_bits=10)],
    }[deflate]


def _accept_response(response):
    if isinstance(response, compress.PerMessageDeflateResponse):
        return compress.PerMessageDeflateResponseAccept(response)
    return None


def _accept_offer(deflate):
    wishes = {"no-takeover": {"request_no_context_takeover": True, "no_context_takeover": True},
              "small-window": {"request_max_window_bits": 10, "window_bits": 10}}.get(deflate, {})

    def accept(offers):
        found = [offer for offer in offers if isinstance(offer, compress.PerMessageDeflateOffer)]
        return compress.PerMessageDeflateOfferAccept(found[0], **wishes) if deflate and found else None
    return accept


async def _run_client(arguments):
    ended = asyncio.get_running_loop().create_future()

    async def session(peer, _protocol):
        await contract.run(peer, arguments.actions)
        ended.set_result(None)
    factory = websocket.WebSocketClientFactory(arguments.url, origin=arguments.origin, headers=dict(arguments.headers),
                                               protocols=arguments.subprotocol)
    factory.protocol, factory.session = ClientProtocol, session
    factory.setProtocolOptions(perMessageCompressionOffers=_offers(arguments.deflate),
                               perMessageCompressionAccept=_accept_response)
    await asyncio.get_running_loop().create_connection(factory, factory.host, factory.port)
    await ended


async def _run_server(arguments):
    factory = websocket.WebSocketServerFactory()
    factory.protocol, factory.known = ServerProtocol, arguments.subprotocol
    factory.session = lambda peer, protocol: contract.serve(peer, protocol.path)
    factory.setProtocolOptions(perMessageCompressionAccept=_accept_offer(arguments.deflate))
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
    contract.report(event="listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    given = contract.parse_arguments()
    asyncio.run(_run_client(given) if given.role == "client" else _run_server(given))
