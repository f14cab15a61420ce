#include "worker/programs/watershed/output_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace freshet::watershed {

OutputFile::OutputFile(std::filesystem::path path)
    : path_(std::move(path)),
      scratch_(path_.string() + ".part"),
      file_(std::fopen(scratch_.c_str(), "wb")),
      error_(file_ ? 0 : errno) {}

OutputFile::~OutputFile() {
    if (!file_) return;
    std::fclose(file_);
    std::remove(scratch_.c_str());
}

void OutputFile::write(std::string_view text) {
    if (error_ != 0) return;
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno;
}

Result<> OutputFile::finish() {
    if (file_) {
        if (std::fclose(file_) != 0 && error_ == 0) error_ = errno;
        file_ = nullptr;
        if (error_ == 0 && std::rename(scratch_.c_str(), path_.c_str()) != 0) error_ = errno;
        if (error_ != 0) std::remove(scratch_.c_str());
    }
    if (error_ == 0) return {};
    return Error{
        Errc::refused, fmt::format("{}: could not be written: {}", path_.string(), std::strerror(error_))};
}

Result<> write_text_file(const std::filesystem::path& path, std::string_view text) {
    OutputFile file(path);
    file.write(text);
    return file.finish();
}

} // namespace freshet::watershed
