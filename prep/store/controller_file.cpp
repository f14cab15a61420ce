#include "prep/store/controller_file.hpp"

#include "prep/files/atomic_file.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace freshet::prep {
namespace {

namespace json = boost::json;

Result<json::object> parse_document(const std::filesystem::path& path, const std::string& text) {
    json::stream_parser parser;
    json::error_code error;
    const std::size_t read = parser.write(text, error);
    if (!error) parser.finish(error);
    if (error)
        return Error{Errc::bad_input, fmt::format("{}: not JSON at byte {} of {}: {}", path.string(), read,
                                          text.size(), error.message())};
    json::value value = parser.release();
    if (!value.is_object())
        return Error{Errc::bad_input, fmt::format("{}: expected a JSON object", path.string())};
    return std::move(value.get_object());
}

} // namespace

Result<FileSignature> signature_of(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0)
        return FileSignature{
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, static_cast<std::uint64_t>(status.st_size)};
    const int reason = errno;
    return Error{reason == ENOENT ? Errc::not_found : Errc::unavailable,
        fmt::format("{}: {}", path.string(), std::generic_category().message(reason))};
}

Result<ControllerFile> ControllerFile::load(std::filesystem::path path) {
    // The signature is taken first: a write in between makes it old, and the save is refused rather than too
    // late.
    const auto signature = signature_of(path);
    if (!signature) return signature.error();
    const auto text = read_file(path);
    if (!text) return text.error();
    auto document = parse_document(path, *text);
    if (!document) return document.error();
    return ControllerFile(std::move(path), std::move(*document), *signature);
}

ControllerFile::ControllerFile(std::filesystem::path path, json::object document, FileSignature signature)
    : path_(std::move(path)), document_(std::move(document)), signature_(signature) {}

Result<> ControllerFile::check_unchanged() const {
    const auto present = signature_of(path_);
    if (!present) return present.error();
    if (*present == signature_) return {};
    return Error{Errc::stale, fmt::format("{}: somebody else has written it meanwhile", path_.string())};
}

Result<> ControllerFile::save() {
    if (auto unchanged = check_unchanged(); !unchanged) return unchanged;
    if (auto written = write_file_atomically(path_, json::serialize(document_)); !written) return written;
    const auto saved = signature_of(path_);
    if (!saved) return saved.error();
    signature_ = *saved;
    return {};
}

} // namespace freshet::prep
