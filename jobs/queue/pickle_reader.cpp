#include "jobs/queue/pickle_reader.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

std::string_view name_of_refused(unsigned char code) {
    static constexpr std::pair<unsigned char, std::string_view> names[] = {{'c', "GLOBAL"}, {'R', "REDUCE"},
        {'b', "BUILD"}, {'i', "INST"}, {'o', "OBJ"}, {'P', "PERSID"}, {'Q', "BINPERSID"}, {'I', "INT"},
        {'L', "LONG"}, {'F', "FLOAT"}, {'S', "STRING"}, {'T', "BINSTRING"}, {'U', "SHORT_BINSTRING"},
        {'V', "UNICODE"}, {'0', "POP"}, {'1', "POP_MARK"}, {'2', "DUP"}, {'g', "GET"}, {'p', "PUT"},
        {'d', "DICT"}, {'l', "LIST"}, {0x81, "NEWOBJ"}, {0x82, "EXT1"}, {0x83, "EXT2"}, {0x84, "EXT4"},
        {0x8b, "LONG4"}, {0x8d, "BINUNICODE8"}, {0x8e, "BINBYTES8"}, {0x8f, "EMPTY_SET"}, {0x90, "ADDITEMS"},
        {0x91, "FROZENSET"}, {0x92, "NEWOBJ_EX"}, {0x93, "STACK_GLOBAL"}, {0x96, "BYTEARRAY8"},
        {0x97, "NEXT_BUFFER"}, {0x98, "READONLY_BUFFER"}};
    for (const auto& [known, name] : names)
        if (known == code) return name;
    return "unknown";
}

// How many bytes the character at the head of `text` has; 0 if they are no UTF-8 (RFC 3629: shortest form,
// no surrogates, up to U+10FFFF).
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned first = byte(0), second = byte(1);
    const auto continues = [&](std::size_t i) {
        return (byte(i) & 0xc0U) == 0x80U;
    };
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && second < 0x90, too_high = first == 0xf4 && second > 0x8f;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

/// The stack machine. Values live in one list and refer to each other by index, so that a list that grows
/// after it was remembered is the same list everywhere; the JSON value is copied out at the end. Within, an
/// error is thrown.
class Machine {
public:
    Machine(std::string_view pickle, const PickleLimits& limits) : pickle_(pickle), limits_(limits) {}

    json::value run() {
        if (byte() != 0x80) refuse("a pickle starts with 0x80");
        const unsigned protocol = byte();
        if (protocol < 2 || protocol > 5) refuse(fmt::format("protocol {}: 2 to 5 are known", protocol));
        while (true) {
            opcode_at_ = at_;
            const auto code = static_cast<unsigned char>(byte());
            if (code == '.') return result();
            execute(code);
        }
    }

private:
    using Index = std::uint32_t;
    enum class Kind : unsigned char { scalar, list, tuple, dictionary };
    struct Node {
        Kind kind = Kind::scalar;
        json::value scalar;
        std::vector<Index> parts; ///< of a dictionary: key, value, key, value ...
    };

    [[noreturn]] void refuse(std::string_view what) const {
        throw Failure({Errc::bad_input, fmt::format("pickle, byte {}: {}", opcode_at_, what)});
    }

    void execute(unsigned char code) {
        switch (code) {
        case 0x95: // FRAME
            if (little_endian(8) > pickle_.size() - at_) refuse("a frame reaches past the end");
            return;
        case '(':
            return push_mark();
        case 'N':
            return push(nullptr);
        case 0x88:
            return push(true);
        case 0x89:
            return push(false);
        case 'J':
            return push(static_cast<std::int32_t>(little_endian(4)));
        case 'K':
            return push(static_cast<std::int64_t>(little_endian(1)));
        case 'M':
            return push(static_cast<std::int64_t>(little_endian(2)));
        case 0x8a:
            return push(long_integer());
        case 'G':
            return push(float_number());
        case 0x8c: // SHORT_BINUNICODE
        case 'C':  // SHORT_BINBYTES
            return push(text(little_endian(1)));
        case 'X': // BINUNICODE
        case 'B': // BINBYTES
            return push(text(little_endian(4)));
        case ']':
            return push_node({Kind::list, {}, {}});
        case '}':
            return push_node({Kind::dictionary, {}, {}});
        case ')':
            return push_tuple(0);
        case 0x85:
        case 0x86:
        case 0x87:
            return push_tuple(code - 0x84U);
        case 't':
            return push_tuple(above_mark());
        case 'a':
            return extend(Kind::list, 1);
        case 'e':
            return extend(Kind::list, above_mark());
        case 's':
            return extend(Kind::dictionary, 2);
        case 'u':
            return extend(Kind::dictionary, above_mark());
        case 0x94: // MEMOIZE
            return remember(static_cast<Index>(memo_.size()));
        case 'q':
            return remember(static_cast<Index>(little_endian(1)));
        case 'r':
            return remember(static_cast<Index>(little_endian(4)));
        case 'h':
            return recall(static_cast<Index>(little_endian(1)));
        case 'j':
            return recall(static_cast<Index>(little_endian(4)));
        default:
            refuse(fmt::format("opcode 0x{:02x} ({}) is not for plain values", code, name_of_refused(code)));
        }
    }

    unsigned byte() { return static_cast<unsigned char>(bytes(1)[0]); }

    std::string_view bytes(std::uint64_t count) {
        if (count > pickle_.size() - at_) refuse("cut short");
        const auto found = pickle_.substr(at_, static_cast<std::size_t>(count));
        at_ += found.size();
        return found;
    }

    std::uint64_t little_endian(std::size_t size) {
        const auto raw = bytes(size);
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < size; ++i)
            number |= static_cast<std::uint64_t>(static_cast<unsigned char>(raw[i])) << (8 * i);
        return number;
    }

    std::int64_t long_integer() {
        const std::size_t size = byte();
        if (size > 8) refuse(fmt::format("an integer of {} bytes: at most 8", size));
        if (size == 0) return 0;
        const std::uint64_t number = little_endian(size);
        const auto unused = 64 - 8 * size;
        return static_cast<std::int64_t>(number << unused) >> unused;
    }

    double float_number() {
        std::uint64_t bits = 0;
        for (const char c : bytes(8))
            bits = bits << 8 | static_cast<unsigned char>(c);
        return std::bit_cast<double>(bits);
    }

    json::string text(std::uint64_t size) {
        const auto raw = bytes(size);
        if (!is_utf8(raw)) refuse("a text that is not UTF-8");
        return json::string(raw);
    }

    void push(json::value value) { push_node({Kind::scalar, std::move(value), {}}); }

    void push_node(Node node) {
        if (nodes_.size() >= limits_.values) refuse_number();
        nodes_.push_back(std::move(node));
        push_index(static_cast<Index>(nodes_.size() - 1));
    }

    void push_index(Index index) {
        if (stack_.size() >= limits_.values) refuse_number();
        stack_.push_back(index);
    }

    [[noreturn]] void refuse_number() const { refuse(fmt::format("more than {} values", limits_.values)); }

    void push_mark() {
        if (marks_.size() >= limits_.values) refuse_number();
        marks_.push_back(stack_.size());
    }

    std::size_t above_mark() {
        if (marks_.empty()) refuse("no mark");
        const auto count = stack_.size() - marks_.back();
        marks_.pop_back();
        return count;
    }

    std::vector<Index> pop(std::size_t count) {
        const std::size_t floor = marks_.empty() ? 0 : marks_.back();
        if (stack_.size() - floor < count) refuse("not enough values on the stack");
        std::vector<Index> popped(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
        stack_.resize(stack_.size() - count);
        return popped;
    }

    Index top() const {
        if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) refuse("not enough values on the stack");
        return stack_.back();
    }

    void push_tuple(std::size_t count) {
        auto parts = pop(count);
        push_node({Kind::tuple, {}, std::move(parts)});
    }

    void extend(Kind kind, std::size_t count) {
        const auto added = pop(count);
        Node& node = nodes_[top()];
        if (node.kind != kind) refuse(kind == Kind::list ? "a list is missing" : "a dictionary is missing");
        if (kind == Kind::dictionary && count % 2 != 0) refuse("a key without a value");
        node.parts.insert(node.parts.end(), added.begin(), added.end());
    }

    void remember(Index key) {
        if (memo_.size() >= limits_.values) refuse_number();
        memo_.insert_or_assign(key, top());
    }

    void recall(Index key) {
        const auto found = memo_.find(key);
        if (found == memo_.end()) refuse(fmt::format("nothing is remembered as {}", key));
        push_index(found->second);
    }

    json::value result() {
        if (at_ != pickle_.size()) refuse("something follows after STOP");
        if (stack_.size() != 1 || !marks_.empty()) refuse("expected one value at STOP");
        return to_json(stack_[0], 0);
    }

    // A value that contains itself ends at the depth limit, one that multiplies at the others.
    json::value to_json(Index index, std::size_t depth) {
        const Node& node = nodes_[index];
        if (++copied_values_ > limits_.values) refuse_number();
        if (node.kind == Kind::scalar) return scalar(node);
        if (depth >= limits_.depth) refuse(fmt::format("deeper than {} levels", limits_.depth));
        if (node.kind == Kind::dictionary) return object(node, depth);
        json::array array;
        for (const Index part : node.parts)
            array.push_back(to_json(part, depth + 1));
        return array;
    }

    json::value scalar(const Node& node) {
        if (const auto* text = node.scalar.if_string()) spend(text->size());
        return node.scalar;
    }

    json::object object(const Node& node, std::size_t depth) {
        json::object object;
        for (std::size_t i = 0; i < node.parts.size(); i += 2)
            object.insert_or_assign(key(nodes_[node.parts[i]]), to_json(node.parts[i + 1], depth + 1));
        return object;
    }

    std::string key(const Node& node) {
        if (node.kind != Kind::scalar) refuse("the key of a dictionary is a list, tuple or dictionary");
        const json::value& value = node.scalar;
        if (const auto* text = value.if_string()) {
            spend(text->size());
            return std::string(*text);
        }
        if (const auto* number = value.if_int64()) return std::to_string(*number);
        if (const auto* flag = value.if_bool()) return *flag ? "true" : "false";
        if (value.is_null()) return "null";
        return fmt::format("{}", value.get_double());
    }

    void spend(std::size_t bytes) {
        copied_bytes_ += bytes;
        if (copied_bytes_ > limits_.text_bytes)
            refuse(fmt::format("more than {} bytes of text", limits_.text_bytes));
    }

    std::string_view pickle_;
    const PickleLimits& limits_;
    std::size_t at_ = 0;
    std::size_t opcode_at_ = 0;
    std::vector<Node> nodes_;
    std::vector<Index> stack_;
    std::vector<std::size_t> marks_; ///< heights of the stack
    std::unordered_map<Index, Index> memo_;
    std::size_t copied_values_ = 0;
    std::size_t copied_bytes_ = 0;
};

} // namespace

Result<json::value> read_pickle(std::string_view pickle, const PickleLimits& limits) {
    try {
        return Machine(pickle, limits).run();
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace freshet::jobs
