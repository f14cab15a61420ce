#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <vector>

namespace freshet::channel {

/// What feeds one channel. Hillslopes are numbered from 0 in the order of the answers, channels from 0 in the
/// order of the structure file.
struct ChannelNode {
    std::vector<std::size_t> side_hillslopes; ///< left and right
    std::vector<std::size_t> head_hillslopes; ///< at the top: none or one
    std::vector<std::size_t> upstream;        ///< channels that end where this one begins; all come earlier
};

/// The channels of a watershed, each after those that feed it; the last one ends at the outlet.
struct Network {
    std::vector<ChannelNode> channels;
};

/// Reads a WEPP structure file (.str 94.301, 99.1): version, then a line an element: type (2, channel) and
/// the elements to its left, right and top: three hillslopes, three channels, three impoundments, 0 for none.
/// Elements are numbered hillslopes first, then channels.
/// Errors: not_found; bad_input for impoundments, for references that do not exist, are used twice or come
/// later, for hillslopes that drain nowhere and for channels that do not reach the outlet.
Result<Network> read_network(const std::filesystem::path& path, std::size_t hillslopes);

} // namespace freshet::channel
