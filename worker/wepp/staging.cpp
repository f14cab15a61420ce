#include "worker/wepp/staging.hpp"

#include "prep/files/atomic_file.hpp"

#include <fmt/format.h>

#include <fstream>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;

bool holds(const fs::path& file, std::string_view text) {
    const auto present = prep::read_file(file, text.size());
    return present && *present == text;
}

Scratch made_in(const WeppFolder& folder, const std::string& execution_id) {
    folder.create();
    return Scratch::create(folder.root, execution_id).value();
}

} // namespace

Staging::Staging(WeppFolder folder, const std::string& execution_id)
    : folder_(std::move(folder)), scratch_(made_in(folder_, execution_id)) {}

void Staging::write(const std::string& name, std::string_view text) {
    if (holds(folder_.runs() / name, text)) return;
    std::ofstream out(scratch_.path() / name, std::ios::binary);
    out << text;
    out.close();
    if (!out)
        throw Failure({Errc::refused, fmt::format("cannot write {}", (scratch_.path() / name).string())});
    will_publish(name);
}

void Staging::copy(const std::string& name, const fs::path& from) {
    write(name, prep::read_file(from).value());
}

void Staging::link(const std::string& name, const fs::path& from) {
    std::error_code error;
    if (fs::equivalent(from, folder_.runs() / name, error)) return;
    link_or_copy(from, scratch_.path() / name).value();
    will_publish(name);
}

std::size_t Staging::publish(const Scratch::LeaseCheck& lease_is_held) {
    scratch_.publish(changed_, lease_is_held).value();
    return changed_.size();
}

void Staging::will_publish(const std::string& name) {
    changed_.push_back({name, folder_.runs() / name});
}

} // namespace freshet::worker::wepp
