#include "jobs/queue/pickle_writer.hpp"

#include <bit>
#include <cstdint>
#include <limits>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

/// Appends the opcodes of values; their names are those of Python's pickletools.
class Writer {
public:
    void start() { bytes_ += "\x80\x04"; }
    std::string finish() {
        bytes_ += '.'; // STOP
        return std::move(bytes_);
    }
    void opcode(char code) { bytes_ += code; }

    void value(const json::value& value) {
        switch (value.kind()) {
        case json::kind::null:
            return opcode('N');
        case json::kind::bool_:
            return opcode(value.get_bool() ? '\x88' : '\x89');
        case json::kind::int64:
            return integer(value.get_int64());
        case json::kind::uint64:
            return big_integer(value.get_uint64());
        case json::kind::double_:
            return number(value.get_double());
        case json::kind::string:
            return text(value.get_string());
        case json::kind::array:
            return list(value.get_array());
        case json::kind::object:
            return dictionary(value.get_object());
        }
    }

    void text(std::string_view text) {
        if (text.size() < 256) {
            opcode('\x8c'); // SHORT_BINUNICODE
            little_endian(text.size(), 1);
        } else {
            opcode('X'); // BINUNICODE
            little_endian(text.size(), 4);
        }
        bytes_ += text;
    }

    void dictionary(const json::object& object) {
        opcode('}');
        if (object.empty()) return;
        opcode('(');
        for (const auto& [name, member] : object) {
            text(name);
            value(member);
        }
        opcode('u'); // SETITEMS
    }

    void tuple(const json::array& array) {
        opcode('(');
        for (const auto& element : array)
            value(element);
        opcode('t');
    }

private:
    void list(const json::array& array) {
        opcode(']');
        if (array.empty()) return;
        opcode('(');
        for (const auto& element : array)
            value(element);
        opcode('e'); // APPENDS
    }

    void integer(std::int64_t integer) {
        const bool fits = integer >= std::numeric_limits<std::int32_t>::min() &&
                          integer <= std::numeric_limits<std::int32_t>::max();
        if (fits) {
            opcode('J'); // BININT
            return little_endian(static_cast<std::uint64_t>(integer), 4);
        }
        opcode('\x8a'); // LONG1
        opcode('\x08');
        little_endian(static_cast<std::uint64_t>(integer), 8);
    }

    void big_integer(std::uint64_t integer) {
        opcode('\x8a');
        opcode('\x09');
        little_endian(integer, 8);
        opcode('\0'); // two's complement: keeps the sign positive
    }

    void number(double number) {
        opcode('G'); // BINFLOAT, big endian
        const auto bits = std::bit_cast<std::uint64_t>(number);
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes_ += static_cast<char>(bits >> shift & 0xff);
    }

    void little_endian(std::uint64_t number, int size) {
        for (int i = 0; i < size; ++i)
            bytes_ += static_cast<char>(number >> (8 * i) & 0xff);
    }

    std::string bytes_;
};

} // namespace

std::string write_pickle(const json::value& value) {
    Writer writer;
    writer.start();
    writer.value(value);
    return writer.finish();
}

std::string write_call_pickle(
    std::string_view function, const json::array& args, const json::object& kwargs) {
    Writer writer;
    writer.start();
    writer.opcode('(');
    writer.text(function);
    writer.opcode('N');
    writer.tuple(args);
    writer.dictionary(kwargs);
    writer.opcode('t');
    return writer.finish();
}

} // namespace freshet::jobs
