#include "rules/run_id.hpp"

#include "rules/message_text.hpp"

#include <fmt/format.h>

namespace freshet::rules {
namespace {

constexpr std::size_t longest = 255;
constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_.;";

Error refused(std::string_view text, std::string_view reason) {
    return {Errc::bad_input, fmt::format("run id {}: {}", quoted(text), reason)};
}

bool begins_a_part(std::string_view text, std::size_t at) {
    return at == 0 || text.substr(0, at).ends_with(";;");
}

} // namespace

Result<std::string> checked_run_id(std::string_view text) {
    if (text.empty()) return refused(text, "expected 1 to 255 characters, found none");
    if (text.size() > longest)
        return refused(text, fmt::format("expected 1 to {} bytes, found {}", longest, text.size()));

    if (const auto at = text.find_first_not_of(allowed); at != text.npos)
        return refused(text, fmt::format("expected letters, digits and - _ . ; only, found {} at position {}",
                                 quoted(text.substr(at, 1)), at + 1));

    if (const auto at = text.find(".."); at != text.npos)
        return refused(text, fmt::format("expected no \"..\", found it at position {}", at + 1));

    for (auto at = text.find('.'); at != text.npos; at = text.find('.', at + 1))
        if (begins_a_part(text, at))
            return refused(text, fmt::format("no part may begin with '.', found one at position {}", at + 1));

    return std::string(text);
}

} // namespace freshet::rules
