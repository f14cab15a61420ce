#include "worker/programs/model/output_file.hpp"

#include "rules/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace freshet::model {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
    if (!wanted()) return;
    file_.reset(std::fopen(part().c_str(), "wb"));
    if (!file_) fail("created");
}

OutputFile::~OutputFile() {
    if (file_) std::remove(part().c_str());
}

void OutputFile::fail(std::string_view action) const {
    throw Failure({Errc::refused, fmt::format("{}: cannot be {}: {}", path_, action, std::strerror(errno))});
}

void OutputFile::append(std::string_view text) {
    if (!file_) return;
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail("written");
}

void OutputFile::commit() {
    if (!file_) return;
    if (std::fflush(file_.get()) != 0) fail("written");
    if (std::fclose(file_.release()) != 0 || std::rename(part().c_str(), path_.c_str()) != 0) {
        const int error = errno;
        std::remove(part().c_str());
        errno = error;
        fail("written");
    }
}

void write_file(const std::string& path, std::string_view text) {
    OutputFile file(path);
    file.append(text);
    file.commit();
}

} // namespace freshet::model
