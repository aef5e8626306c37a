"""Rules of frames, messages and closing (RFC 6455 §5 to §8, RFC 7692 §6)."""

from mutation import Mutation

FRAME = "src/protocol/frame.cpp"
FRAME_READER = "src/protocol/frame_reader.cpp"
READER = "src/protocol/message_reader.cpp"
WRITER = "src/protocol/message_writer.cpp"
CLOSE_CODE = "src/protocol/close_code.cpp"
CLOSING = "src/protocol/closing.cpp"
PROTOCOL = "src/protocol/protocol.cpp"
STATE = "src/protocol/state.hpp"
UTF8 = "src/protocol/utf8.cpp"

HEADERS = [
    Mutation("reserved-bits-ignored", "6455-5.2-02, 7692-6-04", FRAME,
             "(first & reserved_bits & ~legal_bits(first, context)) != 0", "false"),
    Mutation("rsv1-without-agreement", "7692-6-04", FRAME,
             "return begins_message && context.may_be_compressed ? compressed_bit : 0;",
             "return begins_message ? compressed_bit : 0;"),
    Mutation("rsv1-on-continuation", "7692-6-02", FRAME,
             "const bool begins_message = opcode == Opcode::text || opcode == Opcode::binary;",
             "const bool begins_message = !is_control(opcode);"),
    Mutation("rsv1-on-control-frame", "7692-6-03", FRAME,
             "const bool begins_message = opcode == Opcode::text || opcode == Opcode::binary;",
             "const bool begins_message = opcode != Opcode::continuation;"),
    Mutation("unknown-opcode", "6455-5.2-03", FRAME,
             "return Violation::unknown_opcode;", "return {};"),
    Mutation("fragmented-control-frame", "6455-5.4-06", FRAME,
             "if ((first & final_bit) == 0) return Violation::fragmented_control_frame;", ""),
    Mutation("oversized-control-frame", "6455-5.5-01", FRAME,
             "is_control(opcode) && (second & length_bits) > control_payload_bytes_max", "false"),
    Mutation("unexpected-continuation", "6455-5.4-03", FRAME,
             "if (!context.is_inside_message) return Violation::unexpected_continuation;", ""),
    Mutation("interrupted-message", "6455-5.4-04", FRAME,
             "if (context.is_inside_message) return Violation::interrupted_message;", ""),
    Mutation("unmasked-frame-of-client", "6455-5.1-02", FRAME,
             "is_masked != (context.masking == Masking::required)",
             "is_masked && context.masking != Masking::required"),
    Mutation("masked-frame-of-server", "6455-5.1-04", FRAME,
             "is_masked != (context.masking == Masking::required)",
             "!is_masked && context.masking == Masking::required"),
    Mutation("mask-bit-of-short-message", "6455-5.1-02, 6455-5.1-04", FRAME_READER,
             "input_[1] ^ (is_masked ? mask_bit : std::byte{0})", "input_[1] & ~mask_bit"),
    Mutation("overlong-length-of-16-bits", "6455-5.2-06", FRAME,
             "here.size() == 2 && read_big_endian(here) < length_in_16_bits", "false"),
    Mutation("overlong-length-of-64-bits", "6455-5.2-06", FRAME,
             "here.size() >= 6 && read_big_endian(here.first(6)) == 0", "false"),
    Mutation("length-above-63-bits", "6455-5.2-07", FRAME,
             "!here.empty() && (number(here[0]) & 0x80) != 0", "false"),
    Mutation("bad-first-byte-waits", "6455-5.2-10", FRAME,
             "if (const auto violation = check_first_byte(first, context)) return Breach{*violation};",
             "if (const auto violation = check_first_byte(first, context); violation && bytes.size() > 1)\n"
             "    return Breach{*violation};"),
    Mutation("mask-begins-anew-in-each-piece", "6455-5.3-03, 6455-5.2-11", FRAME_READER,
             "header.masking_key->after(here_bytes)", "header.masking_key"),
    Mutation("longer-length-sent-than-needed", "6455-5.2-05", FRAME,
             "header.payload_bytes > 0xFFFF", "header.payload_bytes >= 0xFFFF"),
    Mutation("client-does-not-mask", "6455-5.1-01", WRITER,
             "if (entropy != nullptr) header.masking_key = make_key(*entropy);", ""),
    Mutation("masking-key-always-the-same", "6455-5.3-01", WRITER,
             "entropy.fill(key.bytes);", ""),
]

MESSAGES = [
    Mutation("message-bytes-max", "6455-10.4-01, 6455-5.2-08", FRAME,
             "if (const auto breach = check_message_bytes(header, context)) return *breach;", ""),
    Mutation("message-bytes-max-of-each-fragment", "6455-10.4-01", FRAME,
             "header.payload_bytes <= bytes_max - context.message_bytes", "header.payload_bytes <= bytes_max"),
    Mutation("message-bytes-max-of-short-message", "6455-10.4-01", FRAME_READER,
             "payload_bytes > short_payload_bytes_max || payload_bytes > message_bytes_max",
             "payload_bytes > short_payload_bytes_max"),
    Mutation("fragments-max", "6455-5.4-12", READER,
             "if (++partial_->fragments <= fragments_max_) return {};", "return {};"),
    Mutation("fragments-of-two-messages-mixed", "6455-5.4-08", WRITER,
             "return !is_inside_message_ && (type", "return (type"),
    Mutation("type-changes-inside-a-message", "6455-5.4-08", WRITER,
             "return is_inside_message_ && chunk.type == type_;", "return is_inside_message_;"),
    Mutation("every-fragment-has-the-type", "6455-6.1-02", WRITER,
             "kind = {Opcode::continuation, false, false};", "kind.is_compressed = false;"),
    Mutation("every-fragment-has-rsv1", "7692-6-02", WRITER,
             "kind = {Opcode::continuation, false, false};", "kind.opcode = Opcode::continuation;"),
]

TEXT = [
    Mutation("text-of-one-frame-unchecked", "6455-8.1-01", READER,
             "type == MessageType::text && !is_valid_utf8(payload)", "false"),
    Mutation("text-of-fragments-unchecked", "6455-8.1-01", READER,
             "if (partial_->utf8.accept(payload) != payload.size())", "if (partial_->utf8.accept(payload); false)"),
    Mutation("text-checked-at-its-end", "6455-8.1-03", READER,
             "if (partial_->utf8.accept(payload) != payload.size())",
             "if (partial_->utf8.accept(payload) != payload.size() && is_end)"),
    Mutation("text-ends-inside-a-character", "6455-8.1-02", READER,
             "is_end && !partial_->utf8.is_complete()", "false"),
    Mutation("wrong-code-for-bad-text", "6455-8.1-01", "src/protocol/violation.cpp",
             "case Violation::invalid_text:\n    case Violation::invalid_deflate:", "case Violation::invalid_deflate:"),
    Mutation("utf8-overlong-in-two-bytes", "6455-8.1-01", UTF8, "byte < 0xC2", "byte < 0xC0"),
    Mutation("utf8-overlong-in-three-bytes", "6455-8.1-01", UTF8,
             "if (byte == 0xE0) return expect(2, 0xA0, 0xBF);", ""),
    Mutation("utf8-overlong-in-four-bytes", "6455-8.1-01", UTF8,
             "if (byte == 0xF0) return expect(3, 0x90, 0xBF);", ""),
    Mutation("utf8-surrogate", "6455-8.1-01", UTF8, "if (byte == 0xED) return expect(2, 0x80, 0x9F);", ""),
    Mutation("utf8-above-10ffff", "6455-8.1-01", UTF8, "if (byte == 0xF4) return expect(3, 0x80, 0x8F);", ""),
    Mutation("utf8-lead-byte-above-f4", "6455-8.1-01", UTF8, "byte > 0xF4", "byte > 0xF7"),
    Mutation("utf8-valid-edge-refused", "6455-8.1-04", UTF8, "byte <= 0xDF", "byte < 0xDF"),
    Mutation("invalid-text-sent", "6455-8.1-05", WRITER,
             "(type != MessageType::text || is_valid_utf8(payload))", "true"),
    Mutation("cut-character-sent", "6455-8.1-05", WRITER, "chunk.last && !utf8.is_complete()", "false"),
]

CONTROL = [
    Mutation("pong-without-the-payload", "6455-5.5.2-01", PROTOCOL,
             "writer.write_control(Opcode::pong, payload, output);", "writer.write_control(Opcode::pong, {}, output);"),
    Mutation("ping-behind-our-close-unanswered", "6455-5.5.2-02", PROTOCOL,
             "writer.write_control(Opcode::pong, payload, output);",
             "if (closing.phase() == Phase::open) writer.write_control(Opcode::pong, payload, output);"),
    Mutation("oldest-of-many-pings-answered", "6455-5.5.3-01", PROTOCOL,
             "if (held_pong == nullptr) held_pong = std::make_unique<ControlPayload>();",
             "if (held_pong != nullptr) return PingEvent{payload};\n"
             "    held_pong = std::make_unique<ControlPayload>();"),
    Mutation("pong-behind-a-failure", "6455-5.5.1-06", PROTOCOL,
             "held == nullptr || !reads_frames(inner_->closing.phase())", "held == nullptr"),
    Mutation("long-ping-sent", "6455-5.5-02", PROTOCOL,
             "if (payload.size() > control_payload_bytes_max) return SendVerdict::invalid;", ""),
]

CLOSE = [
    Mutation("close-code-below-1000", "6455-CC-01", CLOSE_CODE, "number >= 1000 && number <= 1003", "number <= 1003"),
    Mutation("close-code-1004", "6455-CC-06", CLOSE_CODE, "number <= 1003", "number <= 1004"),
    Mutation("close-codes-1005-and-1006", "6455-CC-07, 6455-CC-08", CLOSE_CODE, "number >= 1007", "number >= 1005"),
    Mutation("close-code-1015", "6455-CC-17", CLOSE_CODE, "number <= 1014", "number <= 1015"),
    Mutation("close-code-2999", "6455-CC-18", CLOSE_CODE, "number >= 3000", "number >= 2999"),
    Mutation("close-code-5000", "6455-CC-21", CLOSE_CODE, "number <= 4999", "number <= 5000"),
    Mutation("close-code-4999-refused", "6455-CC-20", CLOSE_CODE, "number <= 4999", "number < 4999"),
    Mutation("close-of-one-byte", "6455-5.5.1-02", CLOSE_CODE,
             "return Breach{Violation::one_byte_close};", "return CloseBody{};"),
    Mutation("close-reason-not-utf8", "6455-5.5.1-03", CLOSE_CODE, "!is_valid_utf8(reason)", "false"),
    Mutation("close-reason-cut-inside-a-character", "6455-8.1-05", CLOSE_CODE,
             "while (size > 0 && is_tail(reason[size])) --size;", ""),
    Mutation("local-close-code-sent", "6455-7.4-01, 6455-7.4-02", PROTOCOL,
             "return is_sendable(code) && is_valid_utf8(as_bytes(reason));", "return is_valid_utf8(as_bytes(reason));"),
    Mutation("invalid-close-reason-sent", "6455-8.1-05", PROTOCOL,
             "return is_sendable(code) && is_valid_utf8(as_bytes(reason));", "return is_sendable(code);"),
    Mutation("reason-without-a-code-sent", "6455-7.1.2-01", PROTOCOL, "return reason.empty();", "return true;"),
    Mutation("code-1010-from-a-server", "6455-7.4-03", PROTOCOL,
             "code == CloseCode::mandatory_extension && !is_client()", "false"),
    Mutation("close-answered-twice", "6455-5.5.1-07", PROTOCOL,
             "if (closing.phase() == Phase::open) write_close({body.code, {}}, output);",
             "write_close({body.code, {}}, output);"),
    Mutation("close-answered-with-another-code", "6455-5.5.1-07", PROTOCOL,
             "write_close({body.code, {}}, output);", "write_close({CloseCode::normal, {}}, output);"),
    Mutation("second-close-sent", "6455-5.5.1-06", PROTOCOL,
             "if (!inner_->may_close_with(code, reason)) return SendVerdict::invalid;\n"
             "  inner_->write_close({code, reason}, output_);\n"
             "  inner_->closing.close_sent();",
             "if (!inner_->may_close_with(code, reason)) return SendVerdict::invalid;\n"
             "  inner_->write_close({code, reason}, output_);"),
    Mutation("message-behind-our-close", "6455-5.5.1-06, 6455-6.1-01", STATE,
             "return phase == Phase::open; }", "return phase == Phase::open || phase == Phase::close_sent; }"),
    Mutation("nothing-read-behind-our-close", "6455-5.5.1-15, 6455-5.5.2-02", STATE,
             "return phase == Phase::open || phase == Phase::close_sent; }", "return phase == Phase::open; }"),
    Mutation("input-read-behind-close-and-failure", "6455-7.1.7-03, 6455-5.5.1-09", PROTOCOL,
             "if (!reads_frames(inner.closing.phase())) {", "if (false) {"),
    Mutation("failure-sends-no-close", "6455-7.1.7-02", PROTOCOL,
             "if (closing.phase() == Phase::open) write_close({code, detail}, output);", ""),
    Mutation("failure-sends-a-second-close", "6455-5.5.1-06", PROTOCOL,
             "if (closing.phase() == Phase::open) write_close({code, detail}, output);",
             "write_close({code, detail}, output);"),
    Mutation("connection-back-from-failed", "6455-7.1.3-01", "src/protocol/state.cpp",
             "{fail, fail, fail, ends}", "{fail, both, fail, ends}"),
    Mutation("client-ends-tcp-first", "6455-7.1.1-02", PROTOCOL,
             "inner_->is_client() && phase != Phase::stream_ended", "false"),
    Mutation("clean-is-never-told", "6455-7.1.4-01", CLOSING, "status_->clean = true;", ""),
    Mutation("code-of-the-peer-not-told", "6455-7.1.5-01", CLOSING, "status_->code = body.code;", ""),
    Mutation("reason-of-the-peer-not-told", "6455-7.1.6-01", CLOSING, "status_->reason = body.reason;", ""),
]

MUTATIONS = HEADERS + MESSAGES + TEXT + CONTROL + CLOSE
