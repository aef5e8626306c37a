"""Rules of permessage-deflate (RFC 7692): its streams, and what is agreed about them."""

from mutation import Mutation

MESSAGE_INFLATER = "src/protocol/message_inflater.cpp"
MESSAGE_DEFLATER = "src/protocol/message_deflater.cpp"
PROTOCOL = "src/protocol/protocol.cpp"
DEFLATER = "src/deflate/deflater.cpp"
INFLATER = "src/deflate/inflater.cpp"
POOL = "src/deflate/pool.cpp"
WHOLE_INFLATER = "src/deflate/whole_inflater.cpp"
AGREEMENT = "src/handshake/permessage_deflate.cpp"

RECEIVING = [
    Mutation("tail-not-put-back", "7692-7.2.2-01", MESSAGE_INFLATER, "is_tail_due_ = is_end;", "is_tail_due_ = false;"),
    Mutation("tail-not-put-back-behind-a-whole-message", "7692-7.2.2-01", WHOLE_INFLATER,
             "input_.append(stripped_tail());", ""),
    Mutation("stream-may-end-inside-a-block", "7692-E-03, 7692-E-04", MESSAGE_INFLATER,
             "!inflater().is_at_block_boundary()", "false"),
    Mutation("output-limit-off", "7692-E-05", MESSAGE_INFLATER, "inflated_bytes_ > message_bytes_max_", "false"),
    Mutation("output-limit-of-each-piece", "7692-E-06", MESSAGE_INFLATER,
             "inflated_bytes_ += filled;", "inflated_bytes_ = filled;"),
    Mutation("output-limit-of-a-whole-message-off", "7692-E-05", WHOLE_INFLATER,
             "static_cast<std::size_t>(bytes_max)", "std::size_t{1} << 24"),
    Mutation("empty-blocks-without-end", "7692-E-07", "src/protocol/frame.cpp",
             "compressed_bytes_max(context.message_bytes_max)", "UINT64_MAX"),
    Mutation("invalid-deflate-passes", "7692-E-01", MESSAGE_INFLATER,
             "if (step == Step::broken) return Breach{Violation::invalid_deflate};",
             "if (step == Step::broken) { food_ = {}; is_tail_due_ = false; }"),
    Mutation("window-of-the-peer-forgotten", "7692-7.2.2-02", MESSAGE_INFLATER,
             "if (!agreed.receiving.context_takeover) return;", "return;"),
    Mutation("window-of-the-peer-kept", "7692-7.2.1-05, 7692-E-02", MESSAGE_INFLATER,
             "if (!agreed.receiving.context_takeover) return;", ""),
    Mutation("window-of-the-peer-too-small", "7692-7.2.2-04", MESSAGE_INFLATER,
             "std::make_unique<deflate::Inflater>(agreed.receiving.window_bits)",
             "std::make_unique<deflate::Inflater>(14)"),
    Mutation("final-block-ends-the-message", "7692-7.2.3-02, 7692-7.2.3-03", INFLATER,
             "if (has_ended) result = inflateResetKeep(&stream);",
             "if (has_ended) {\n      stream.avail_in = 0;\n      result = inflateResetKeep(&stream);\n    }"),
    Mutation("final-block-ends-the-window", "7692-7.2.3-04", INFLATER, "inflateResetKeep", "inflateReset"),
    Mutation("final-block-ends-a-whole-message", "7692-7.2.3-02, 7692-7.2.3-03", WHOLE_INFLATER,
             "if (taken < input_.size()) return Result::ended_early;", ""),
]

SENDING = [
    Mutation("tail-is-sent", "7692-7.2.1-01", DEFLATER,
             "if (end == End::chunk) writer.put_bytes(stripped_tail());", "writer.put_bytes(stripped_tail());"),
    Mutation("tail-cut-off-every-chunk", "7692-7.2.1-02", DEFLATER,
             "if (end == End::chunk) writer.put_bytes(stripped_tail());", ""),
    Mutation("empty-message-of-no-byte", "7692-7.2.1-08", DEFLATER,
             "if (end == End::message) output.append({stripped_tail().data(), 1});", ""),
    Mutation("promise-to-forget-broken", "7692-7.2.1-05, 7692-7.2.1-06", MESSAGE_DEFLATER,
             "if (!agreed.sending.context_takeover) return;", ""),
    Mutation("window-does-not-last", "7692-7.2.1-07", MESSAGE_DEFLATER,
             "if (!agreed.sending.context_takeover) return;", "return;"),
    Mutation("shared-compressor-remembers", "7692-7.2.1-05, 7692-7.2.1-06", POOL,
             "context->reset();", ""),
    Mutation("window-exceeded", "7692-7.2.1-04", DEFLATER,
             "reach_bytes_max_(window_bytes_)", "reach_bytes_max_(32'768)"),
    Mutation("window-exceeded-by-a-whole-message", "7692-7.2.1-04", POOL,
             "deflater->keep_to(window_bits);", ""),
    Mutation("window-exceeded-by-a-broadcast", "7692-7.2.1-04", MESSAGE_DEFLATER,
             "window_bits_ == deflate::window_bits_max || payload_bytes <= std::size_t{1} << window_bits_", "true"),
    Mutation("broadcast-not-learned", "7692-7.2.1-07", MESSAGE_DEFLATER,
             "if (takes_context_over()) own_->learn(payload);", ""),
    Mutation("window-of-8-bits-compressed", "7692-7.1.2-05", PROTOCOL,
             "if (agreed.sending.window_bits < deflate::window_bits_min) return;", ""),
]

OFFERS = [
    Mutation("unknown-parameter", "7692-OFF-10, 7692-RSP-11", AGREEMENT,
             "return set_client_window_bits(parameters, parameter);\n  return false;",
             "return set_client_window_bits(parameters, parameter);\n  return true;"),
    Mutation("flag-repeated", "7692-OFF-09", AGREEMENT,
             "return is_first && !parameter.value;", "return !parameter.value;"),
    Mutation("flag-with-a-value", "7692-OFF-08", AGREEMENT, "return is_first && !parameter.value;", "return is_first;"),
    Mutation("server-window-repeated", "7692-OFF-09", AGREEMENT,
             "return is_first && bits;", "return bits.has_value();"),
    Mutation("client-window-repeated", "7692-OFF-09", AGREEMENT,
             "const bool is_first = !parameters.has_client_max_window_bits;",
             "const bool is_first = true;\n  parameters.client_max_window_bits.reset();"),
    Mutation("window-bits-with-a-leading-zero", "7692-OFF-06, 7692-OFF-07", AGREEMENT,
             "if (value == std::to_string(bits)) return bits;",
             "if (value == std::to_string(bits) || value == \"0\" + std::to_string(bits)) return bits;"),
    Mutation("window-of-7-bits", "7692-OFF-06", AGREEMENT, "int window_bits_min = 8;", "int window_bits_min = 7;"),
    Mutation("window-of-16-bits", "7692-OFF-06", AGREEMENT,
             "bits <= window_bits_max; ++bits", "bits <= window_bits_max + 1; ++bits"),
    Mutation("window-of-8-bits-accepted", "7692-7.1.2-05", AGREEMENT,
             "if (offered_bits < own_window_bits_min) return {};", ""),
    Mutation("server-does-not-promise-to-forget", "7692-7.1.1.1-02", AGREEMENT,
             "offered->server_no_context_takeover || options_.sending", "options_.sending"),
    Mutation("window-larger-than-asked-for", "7692-7.1.2.1-02", AGREEMENT,
             "std::min(offered_bits, options_.sending_window_bits)", "options_.sending_window_bits"),
    Mutation("client-window-limited-unasked", "7692-7.1.2.2-02", AGREEMENT,
             "offered->has_client_max_window_bits && receiving_bits < window_bits_max",
             "receiving_bits < window_bits_max"),
]

ANSWERS = [
    Mutation("answer-limits-a-window-unasked", "7692-RSP-04", AGREEMENT, "if (!was_offered)", "if (false)"),
    Mutation("answer-names-no-client-window", "7692-RSP-06", AGREEMENT,
             "if (!agreed->client_max_window_bits) return", "if (false) return"),
    Mutation("answer-with-a-larger-server-window", "7692-RSP-08", AGREEMENT,
             "agreed->server_max_window_bits.value_or(window_bits_max) > receiving_bits", "false"),
    Mutation("answer-drops-the-promise-to-forget", "7692-RSP-09", AGREEMENT,
             "options.receiving == CompressionContext::shared && !agreed->server_no_context_takeover", "false"),
    Mutation("client-exceeds-the-agreed-window", "7692-RSP-05", AGREEMENT,
             "std::min(agreed->client_max_window_bits.value_or(window_bits_max), options.sending_window_bits)",
             "options.sending_window_bits"),
    Mutation("client-does-not-forget", "7692-7.1.1.2-03", AGREEMENT,
             "may_take_over && options.sending == CompressionContext::dedicated",
             "options.sending == CompressionContext::dedicated"),
]

MUTATIONS = RECEIVING + SENDING + OFFERS + ANSWERS
