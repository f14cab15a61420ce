#include "worker/runtime/trace.hpp"

#include "jobs/queue/ids.hpp"
#include "jobs/queue/serializer.hpp"

#include <boost/json/object.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace freshet::worker {
namespace {

constexpr std::size_t length = 55; // of version 00: 2 + 1 + 32 + 1 + 16 + 1 + 2

bool is_hex(std::string_view text) {
    return std::all_of(
        text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
}

} // namespace

std::string Trace::traceparent() const {
    return fmt::format("00-{}-{}-{}", trace_id, span_id, flags);
}

Trace Trace::child() const {
    Trace child = *this;
    do
        child.span_id = jobs::new_execution_id().substr(0, span_id.size());
    while (is_zero(child.span_id));
    return child;
}

std::optional<Trace> parse_traceparent(std::string_view text) {
    if (text.size() < length || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
    const auto version = text.substr(0, 2), trace = text.substr(3, 32), span = text.substr(36, 16),
               flags = text.substr(53, 2);
    for (const auto part : {version, trace, span, flags})
        if (!is_hex(part)) return std::nullopt;
    if (version == "ff" || is_zero(trace) || is_zero(span)) return std::nullopt;
    if (text.size() > length && (version == "00" || text[length] != '-')) return std::nullopt;
    return Trace{std::string(trace), std::string(span), std::string(flags)};
}

std::optional<Trace> trace_in(std::string_view meta) {
    if (meta.empty()) return std::nullopt;
    const auto parsed = jobs::parse_value(meta);
    if (!parsed || !parsed->value.is_object()) return std::nullopt;
    const auto* text = parsed->value.get_object().if_contains("traceparent");
    if (!text || !text->is_string()) return std::nullopt;
    return parse_traceparent(std::string_view(text->get_string()));
}

} // namespace freshet::worker
