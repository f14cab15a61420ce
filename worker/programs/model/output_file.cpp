#include "worker/programs/model/output_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace freshet::model {

namespace {

Error refused(const std::filesystem::path& path, std::string_view action, int error) {
    return {Errc::refused, fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(error))};
}

bool write_all(std::FILE* file, std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

} // namespace

Result<> write_file(const std::filesystem::path& path, std::string_view text) {
    const std::string part = path.string() + ".part";
    std::FILE* file = std::fopen(part.c_str(), "wb");
    if (file == nullptr) return refused(path, "be created", errno);
    int error = write_all(file, text) ? 0 : errno;
    if (std::fclose(file) != 0 && error == 0) error = errno;
    if (error == 0 && std::rename(part.c_str(), path.c_str()) != 0) error = errno;
    if (error == 0) return {};
    std::remove(part.c_str());
    return refused(path, "be written", error);
}

} // namespace freshet::model
