#include "worker/programs/watershed/word_reader.hpp"

#include <algorithm>

namespace freshet::watershed {
namespace {

constexpr std::size_t buffer_size = 1 << 20;

constexpr bool is_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

} // namespace

WordReader::WordReader(const std::filesystem::path& path)
    : file_(std::fopen(path.c_str(), "rb")), buffer_(buffer_size) {}

std::string_view WordReader::next() {
    while (at_ < end_ || refill()) {
        if (!is_space(buffer_[at_])) break;
        ++at_;
    }
    std::size_t length = 0;
    for (;; ++length) {
        if (at_ + length == end_ && !refill()) break;
        if (is_space(buffer_[at_ + length])) break;
    }
    const std::string_view word(buffer_.data() + at_, length);
    at_ += length;
    return word;
}

/// Moves what is unread to the front and reads on behind it; false if there was nothing to read.
bool WordReader::refill() {
    if (!file_) return false;
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(at_),
        buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= at_;
    at_ = 0;
    const std::size_t read = std::fread(buffer_.data() + end_, 1, buffer_.size() - end_, file_.get());
    end_ += read;
    return read > 0;
}

} // namespace freshet::watershed
