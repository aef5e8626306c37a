"""Rules of the opening handshake, in both roles (RFC 6455 §4, §9.1, §11.3)."""

from mutation import Mutation

ACCEPT = "src/handshake/accept.cpp"
DIAL = "src/handshake/dial.cpp"
EXTENSIONS = "src/handshake/extensions.cpp"
KEY = "src/handshake/key.cpp"
ORIGIN = "src/handshake/origin.cpp"
OWNED_FIELDS = "src/handshake/owned_fields.cpp"

SERVER = [
    Mutation("method-other-than-get", "6455-4.2.1-02", ACCEPT, "request.method == \"GET\"", "true"),
    Mutation("upgrade-in-http-1-0", "6455-4.2.1-02, H1-7.8-03", ACCEPT, "request.version_minor > 0 && ", ""),
    Mutation("upgrade-not-listed-in-connection", "6455-4.2.1-06, H1-7.8-04", ACCEPT,
             "request.headers.has_token(\"Connection\", \"upgrade\") &&", ""),
    Mutation("upgrade-to-something-else", "6455-4.2.1-05, H1-7.8-02", ACCEPT,
             "request.headers.has_token(\"Upgrade\", \"websocket\")", "request.headers.count(\"Upgrade\") > 0"),
    Mutation("another-version", "6455-4.2.2-05", ACCEPT, "version == spoken_version && ", "version && "),
    Mutation("version-repeated", "6455-4.2.1-10, 6455-11.3-01", ACCEPT,
             "version == spoken_version && request.headers.count(\"Sec-WebSocket-Version\") == 1",
             "version == spoken_version"),
    Mutation("version-with-a-leading-zero", "6455-4.2.1-10", ACCEPT,
             "(text.front() != '0' || text.size() == 1)", "true"),
    Mutation("version-above-255", "6455-4.2.1-10", ACCEPT, "return version <= version_max && ", "return "),
    Mutation("spoken-version-not-named", "6455-4.4-01", ACCEPT,
             "refusal->headers.add(\"Sec-WebSocket-Version\", std::string(spoken_version));", ""),
    Mutation("key-repeated", "6455-11.3-01", ACCEPT,
             "request.headers.count(\"Sec-WebSocket-Key\") == 1", "request.headers.count(\"Sec-WebSocket-Key\") > 0"),
    Mutation("key-too-short", "6455-4.2.1-07", KEY, "key.size() == sizeof(Key)", "key.size() <= sizeof(Key)"),
    Mutation("key-too-long", "6455-4.2.1-07", KEY, "key.size() == sizeof(Key)", "key.size() >= sizeof(Key)"),
    Mutation("key-without-padding", "6455-4.2.1-08", KEY, "key.ends_with(\"==\") &&", ""),
    Mutation("key-in-another-alphabet", "6455-4.2.1-08", KEY,
             "character == '+' || character == '/'",
             "character == '+' || character == '/' || character == '-' || character == '_'"),
    Mutation("accept-value-of-another-guid", "6455-4.2.2-11", KEY, "258EAFA5-E914", "258EAFA5-E915"),
    Mutation("body-in-the-handshake", "6455-4.2.1-14", ACCEPT,
             "if (!http::announces_body(request.headers)) return std::nullopt;", "return std::nullopt;"),
    Mutation("subprotocol-offered-twice", "6455-4.2.1-12", ACCEPT,
             "if (has_duplicates(offer.subprotocols))", "if (false)"),
    Mutation("malformed-extensions-offered", "6455-9.1-01", ACCEPT,
             "if (!extensions) return malformed(\"Sec-WebSocket-Extensions is malformed.\");",
             "if (!extensions) return std::nullopt;"),
    Mutation("any-origin", "6455-4.2.2-03, WS-2.2-01", ACCEPT,
             "is_origin_allowed(request, options.allowed_origins)", "true"),
    Mutation("origin-repeated", "H1-5.3-01", ACCEPT, "request.headers.count(\"Origin\") > 1", "false"),
    Mutation("origin-with-another-port", "6455-4.2.2-04", ORIGIN,
             "page->port.value_or(port) == server->port.value_or(port)", "true"),
    Mutation("origin-with-another-host", "6455-4.2.2-04", ORIGIN,
             "http::equal_ignoring_case(page->host, server->host)", "true"),
    Mutation("origin-with-another-scheme", "6455-4.2.2-04", ORIGIN,
             "is_http = http::equal_ignoring_case(scheme, \"http\");", "is_http = true;"),
    Mutation("origin-without-tls-on-a-request-with-it", "6455-4.2.2-04", ORIGIN,
             "is_http && request.scheme == Scheme::http", "is_http"),
    Mutation("no-origin-refused", "6455-4.2.1-11", ORIGIN,
             "if (!origin || is_own_origin(*origin, request)) return true;",
             "if (!origin) return false;\n  if (is_own_origin(*origin, request)) return true;"),
    Mutation("subprotocol-chosen-that-was-not-offered", "6455-4.2.2-07", ACCEPT,
             "std::find(offered.begin(), offered.end(), options.subprotocol) == offered.end()", "false"),
    Mutation("extension-chosen-that-was-not-offered", "6455-4.2.2-09", ACCEPT,
             "if (!is_offered(offer, extension))", "if (false)"),
    Mutation("no-100-before-the-101", "H1-7.8-01", ACCEPT,
             "if (offer.expects_continue) http::write_interim_response(100, {}, output);", ""),
    Mutation("own-fields-overridden", "6455-4.1-18", OWNED_FIELDS, "if (is_owned(field.name))", "if (false)"),
    Mutation("line-broken-by-a-field", "6455-4.1-18, H1-11.1-01", OWNED_FIELDS, "!http::is_writable(field)", "false"),
]

CLIENT = [
    Mutation("status-other-than-101", "6455-4.1-20", DIAL, "response.status != 101", "false"),
    Mutation("answer-upgrades-to-something-else", "6455-4.1-21", DIAL,
             "!http::equal_ignoring_case(upgrade->front(), \"websocket\")", "false"),
    Mutation("answer-upgrades-to-more", "6455-4.1-21", DIAL, "upgrade->size() != 1", "upgrade->empty()"),
    Mutation("answer-without-connection-upgrade", "6455-4.1-22", DIAL,
             "!response.headers.has_token(\"Connection\", \"upgrade\")", "false"),
    Mutation("accept-value-unchecked", "6455-4.1-23", DIAL,
             "response.headers.find(\"Sec-WebSocket-Accept\") == text_of(expected)", "true"),
    Mutation("accept-value-repeated", "6455-4.1-26, 6455-11.3-01", DIAL,
             "response.headers.count(\"Sec-WebSocket-Accept\") == 1",
             "response.headers.count(\"Sec-WebSocket-Accept\") > 0"),
    Mutation("answer-with-an-extension-not-offered", "6455-4.1-24, 7692-5-06", DIAL,
             "!has_name(options.extensions.begin(), options.extensions.end(), extension->name)", "false"),
    Mutation("answer-with-an-extension-twice", "7692-RSP-12", DIAL,
             "has_name(agreed->cbegin(), extension, extension->name)", "false"),
    Mutation("answer-with-a-subprotocol-not-offered", "6455-4.1-25", DIAL,
             "std::find(offered.begin(), offered.end(), chosen) == offered.end()", "false"),
    Mutation("answer-with-two-subprotocols", "6455-4.1-26", DIAL, "if (count > 1)", "if (false)"),
    Mutation("missing-subprotocol-accepted", "6455-4.1-30", DIAL,
             "options.subprotocols.empty() || missing == MissingSubprotocol::accept", "true"),
    Mutation("subprotocol-repeated-in-the-offer", "6455-4.1-16", DIAL,
             "!seen.insert(subprotocol).second", "false"),
]

EXTENSION_LISTS = [
    Mutation("quoted-value-that-is-no-token", "6455-9.1-02", EXTENSIONS, "quoted && !http::is_token(*quoted)", "false"),
    Mutation("extensions-without-a-name", "6455-9.1-05", EXTENSIONS, "is_present && extensions.empty()", "false"),
    Mutation("extension-taken-twice", "7692-5-02, 7692-5-05", EXTENSIONS,
             "if (has_name(agreed, offer.name)) continue;", ""),
]

MUTATIONS = SERVER + CLIENT + EXTENSION_LISTS
