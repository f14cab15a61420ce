#include "prep/store/controller.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace freshet::prep {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view cached_mtime = "/_nodb_mtime";
constexpr std::string_view cached_size = "/_nodb_size";

std::optional<json::value> present_value(const Document& document, std::string_view pointer) {
    auto value = document.find(pointer);
    if (value && value->is_null()) value.reset();
    return value;
}

// They say which file an entry of the cache mirrors and have no meaning in the file itself.
void drop_signature_fields(Document& document) {
    document.erase(cached_mtime);
    document.erase(cached_size);
}

bool entry_mirrors(const Document& entry, const FileSignature& file) {
    const auto mtime = entry.find(cached_mtime), size = entry.find(cached_size);
    return mtime && size && mtime->is_number() && size->is_number() &&
           mtime->to_number<double>() == file.mtime() &&
           size->to_number<double>() == static_cast<double>(file.size);
}

Error already_there(const fs::path& path) {
    return {Errc::stale, fmt::format("{}: somebody else has created it meanwhile", path.string())};
}

} // namespace

Controller::Controller(fs::path path, Document document, std::optional<FileSignature> signature)
    : path_(std::move(path)), document_(std::move(document)), signature_(signature) {}

Result<Controller> Controller::load(fs::path path) {
    auto snapshot = read_snapshot(path);
    if (!snapshot) return snapshot.error();
    auto document = Document::parse(std::move(snapshot->text), path.string());
    if (!document) return document.error();
    drop_signature_fields(*document);
    return Controller(std::move(path), std::move(*document), snapshot->signature);
}

Result<Controller> Controller::create(fs::path path) {
    if (fs::exists(path)) return already_there(path);
    auto document = Document::parse("{}", path.string());
    return Controller(std::move(path), std::move(*document), std::nullopt);
}

Result<Controller> Controller::from_cache(fs::path path, std::string entry, const FileSignature& present) {
    auto document = Document::parse(std::move(entry), fmt::format("cache entry of {}", path.string()));
    if (!document) return document.error();
    if (!entry_mirrors(*document, present))
        return Error{Errc::stale,
            fmt::format("cache entry of {}: it mirrors another version of the file", path.string())};
    drop_signature_fields(*document);
    return Controller(std::move(path), std::move(*document), present);
}

std::string Controller::cache_entry() const {
    Document entry = document_;
    entry.set(cached_mtime, signature_->mtime()).value();
    entry.set(cached_size, signature_->size).value();
    return entry.text();
}

Result<std::optional<std::int64_t>> Controller::integer(
    std::string_view pointer, std::int64_t least, std::int64_t most) const {
    const auto value = present_value(document_, pointer);
    if (!value) return std::optional<std::int64_t>{};
    json::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error || number < least || number > most)
        return unexpected(pointer, fmt::format("an integer {}..{}", least, most), *value);
    return std::optional(number);
}

Result<std::optional<double>> Controller::number(std::string_view pointer) const {
    const auto value = present_value(document_, pointer);
    if (!value) return std::optional<double>{};
    if (!value->is_number()) return unexpected(pointer, "a number", *value);
    return std::optional(value->to_number<double>());
}

Result<std::optional<std::string>> Controller::string(std::string_view pointer) const {
    const auto value = present_value(document_, pointer);
    if (!value) return std::optional<std::string>{};
    if (!value->is_string()) return unexpected(pointer, "a text", *value);
    return std::optional(std::string(value->get_string()));
}

Result<std::optional<bool>> Controller::boolean(std::string_view pointer) const {
    const auto value = present_value(document_, pointer);
    if (!value) return std::optional<bool>{};
    if (!value->is_bool()) return unexpected(pointer, "true or false", *value);
    return std::optional(value->get_bool());
}

Result<std::optional<fs::path>> Controller::path_in_run(std::string_view pointer) const {
    const auto text = string(pointer);
    if (!text) return text.error();
    if (!*text) return std::optional<fs::path>{};
    auto path = fs::path(**text).lexically_normal();
    if (path.empty() || path.is_absolute() || *path.begin() == "..")
        return unexpected(pointer, "a path relative to the run's folder and inside it", json::value(**text));
    return std::optional(std::move(path));
}

Error Controller::unexpected(
    std::string_view pointer, std::string_view expected, const json::value& found) const {
    return {Errc::bad_input, fmt::format("{}: field '{}': expected {}, found {}", path_.string(), pointer,
                                 expected, json::serialize(found))};
}

Result<> Controller::check_unchanged() const {
    const auto present = signature_of(path_);
    if (!signature_) {
        if (present) return already_there(path_);
        return present.error().code == Errc::not_found ? Result<>{} : present.error();
    }
    if (!present) return present.error();
    if (*present == *signature_) return {};
    return Error{Errc::stale,
        fmt::format("{}: somebody else has written it meanwhile (expected {} bytes of {:.6f}, "
                    "found {} bytes of {:.6f})",
            path_.string(), signature_->size, signature_->mtime(), present->size, present->mtime())};
}

Result<> Controller::save(const SaveOptions& options) {
    if (auto unchanged = check_unchanged(); !unchanged) return unchanged;
    ReplaceOptions replace;
    replace.newer_than = signature_;
    replace.files = options.files;
    replace.still_allowed = [&]() -> Result<> {
        if (auto unchanged = check_unchanged(); !unchanged) return unchanged;
        return options.still_allowed ? options.still_allowed() : Result<>{};
    };
    auto replaced = replace_file(path_, document_.text(), replace);
    if (!replaced) return replaced.error();
    signature_ = replaced->signature;
    if (replaced->not_durable)
        return Error{Errc::unknown_fate,
            "the new file may not survive a power cut: " + replaced->not_durable->message};
    return {};
}

} // namespace freshet::prep
