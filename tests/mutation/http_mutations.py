"""Rules of HTTP/1.1 (RFC 9110, RFC 9112), above all those that keep requests from being smuggled."""

from mutation import Mutation

BODY_FRAMING = "src/http/body_framing.cpp"
CHUNKED = "src/http/chunked_reader.cpp"
FIELD_SECTION = "src/http/field_section.cpp"
FIELDS = "src/http/fields.cpp"
LINES = "src/http/line_reader.cpp"
REQUEST = "src/http/request_reader.cpp"
RESPONSE = "src/http/response_reader.cpp"
TARGET = "src/http/target.cpp"

LINES_AND_FIELDS = [
    Mutation("bare-lf", "H1-2.2-02", LINES,
             "if (!line_.ends_with('\\r')) return Verdict::malformed;",
             "if (!line_.ends_with('\\r')) return Verdict::line;"),
    Mutation("bare-cr", "H1-2.2-03", LINES,
             "return line_.find('\\r') == std::string_view::npos ? Verdict::line : Verdict::malformed;",
             "return Verdict::line;"),
    Mutation("endless-empty-lines", "H1-2.2-04", REQUEST, "++empty_lines_ > leading_empty_lines_max", "false"),
    Mutation("folded-line-in-a-request", "H1-5.2-01", FIELD_SECTION,
             "folding_ == LineFolding::refuse || !open_field_", "!open_field_"),
    Mutation("white-space-behind-the-request-line", "H1-2.2-05", FIELD_SECTION,
             "if (folding_ == LineFolding::refuse || !open_field_)\n"
             "    return refuse(State::malformed, \"A header line begins with whitespace.\");",
             "if (!open_field_) return state_;"),
    Mutation("name-that-is-no-token", "H1-5-01, H1-5.1-01", FIELD_SECTION,
             "colon == std::string_view::npos || !is_token(name)", "colon == std::string_view::npos"),
    Mutation("control-character-in-a-value", "H1-5.5-01", FIELD_SECTION, "if (!is_field_value(value))", "if (false)"),
    Mutation("header-count-max", "H1-5.4-01", FIELD_SECTION, "fields_.size() == limits_->header_count_max", "false"),
    Mutation("header-bytes-max", "H1-5.4-01", FIELD_SECTION, "section_bytes_ += line.size() + line_end_bytes;", ""),
    Mutation("endless-empty-elements", "H1-5.6-01", FIELDS,
             "if (++empty_elements > empty_list_elements_max) return false;", ""),
    Mutation("case-of-names-counts", "H1-5-01", FIELDS, "lower_case(one) == lower_case(other)", "one == other"),
]

REQUESTS = [
    Mutation("version-of-another-protocol", "H1-2.3-01", REQUEST, "!version.starts_with(\"HTTP/\") || ", ""),
    Mutation("another-major-version", "H1-2.3-03", REQUEST, "parts->version_major != 1", "false"),
    Mutation("request-line-bytes-max", "H1-3-03", REQUEST,
             "lines_.receive(input, limits_->request_line_bytes_max)", "lines_.receive(input, 16'777'216)"),
    Mutation("bytes-that-are-no-http", "H1-2.2-06", REQUEST,
             "!std::all_of(taken.begin(), taken.end(), may_stand_in_request_line)", "false"),
    Mutation("host-missing", "H1-3.2-01, 6455-4.2.1-04", REQUEST,
             "hosts == 0 && request_.version_minor == 0", "hosts == 0"),
    Mutation("host-repeated", "H1-3.2-01, 6455-4.2.1-04", REQUEST,
             "hosts != 1 || !parse_authority", "hosts == 0 || !parse_authority"),
    Mutation("host-malformed", "H1-3.2-01", REQUEST,
             "hosts != 1 || !parse_authority(*request_.headers.find(\"Host\"))", "hosts != 1"),
    Mutation("host-wins-over-the-target", "H1-3.2.2-01", REQUEST,
             "if (request_.authority.empty()) request_.authority", "request_.authority"),
    Mutation("singletons-repeated", "H1-5.3-01", REQUEST, "request_.headers.count(name) > 1", "false"),
    Mutation("unknown-expectation", "H1-10.1.1-03", REQUEST, "if (has_unknown_expectation(request_))", "if (false)"),
    Mutation("target-with-other-characters", "H1-3.2.1-01", TARGET,
             "!std::all_of(text.begin(), text.end(), is_uri_character)", "false"),
    Mutation("https-over-a-plain-connection", "H1-7.4-01", TARGET,
             "is_https && security == Security::plain", "false"),
]

BODIES = [
    Mutation("length-beside-transfer-encoding", "H1-6.3-02, H1-11.2-01", BODY_FRAMING,
             "if (fields.count(\"Content-Length\") > 0)\n    return", "if (false)\n    return"),
    Mutation("transfer-encoding-in-http-1-0", "H1-6.1-03, H1-11.2-01", BODY_FRAMING, "version_minor == 0", "false"),
    Mutation("transfer-encoding-repeated", "H1-6.1-02, H1-11.2-01", BODY_FRAMING,
             "fields.count(\"Transfer-Encoding\") > 1", "false"),
    Mutation("last-coding-not-chunked", "H1-6.3-03, H1-11.2-01", BODY_FRAMING,
             "!equal_ignoring_case(codings->back(), \"chunked\")", "false"),
    Mutation("chunked-twice", "H1-6.1-02", BODY_FRAMING, "if (is_chunked_twice)", "if (false)"),
    Mutation("unknown-coding", "H1-6.1-01", BODY_FRAMING, "if (codings->size() == 1) return", "return"),
    Mutation("length-repeated", "H1-6.3-04, H1-11.2-01", BODY_FRAMING,
             "!bytes || fields.count(\"Content-Length\") > 1", "!bytes"),
    Mutation("length-overflows", "H1-8.6-01", BODY_FRAMING,
             "error != std::errc{} || end", "error == std::errc::invalid_argument || end"),
    Mutation("length-is-no-number", "H1-6.3-04", BODY_FRAMING, " || end != text.data() + text.size()", ""),
    Mutation("length-above-the-limit", "H1-15.5.14-01", REQUEST, "framing_.bytes > limits_->body_bytes_max", "false"),
    Mutation("chunk-size-overflows", "H1-7.1-01", CHUNKED,
             "error != std::errc{} || digits > size_digits_max", "error == std::errc::invalid_argument"),
    Mutation("chunk-size-with-rubbish", "H1-7.1-01, H1-7.1.1-01", CHUNKED,
             "!size || !is_chunk_extension(line)", "!size"),
    Mutation("chunk-extensions-without-end", "H1-7.1.1-01", CHUNKED,
             "extension_bytes_ > chunk_extension_bytes_max", "false"),
    Mutation("chunk-longer-than-its-size", "H1-7.1-01", CHUNKED,
             "else if (verdict != LineReader::Verdict::need_more)", "else if (false)"),
    Mutation("chunks-above-the-limit", "H1-15.5.14-01", CHUNKED,
             "*size > limits_->body_bytes_max - body.size()", "false"),
]

ANSWERS = [
    Mutation("status-line-of-another-protocol", "6455-4.1-20", RESPONSE, "!line.starts_with(\"HTTP/1.\") || ", ""),
    Mutation("interim-answers-without-end", "H1-15.2-01", RESPONSE,
             "++interim_responses_ > interim_responses_max", "false"),
    Mutation("folded-line-of-an-answer-refused", "H1-5.2-02", RESPONSE, "LineFolding::join", "LineFolding::refuse"),
    Mutation("body-behind-the-101", "H1-7.8-07", RESPONSE, "status != 101 && status != 204", "status != 204"),
    Mutation("field-of-an-application-unchecked", "H1-11.1-01", "src/http/response_writer.cpp",
             "std::all_of(response.headers.begin(), response.headers.end(), is_writable)", "true"),
]

MUTATIONS = LINES_AND_FIELDS + REQUESTS + BODIES + ANSWERS
