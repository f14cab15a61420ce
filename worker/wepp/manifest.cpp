#include "worker/wepp/manifest.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

namespace freshet::worker::wepp {
namespace {

namespace json = boost::json;

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

} // namespace

Result<std::string> sha256_of(const std::filesystem::path& file) {
    const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1)
        return Error{Errc::internal, "SHA-256 is not available"};
    std::ifstream in(file, std::ios::binary);
    std::array<char, 65536> buffer;
    while (in) {
        in.read(buffer.data(), buffer.size());
        EVP_DigestUpdate(digest.get(), buffer.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (!in.eof()) return Error{Errc::not_found, file.string() + ": cannot be read"};

    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    EVP_DigestFinal_ex(digest.get(), bytes.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i)
        text += fmt::format("{:02x}", bytes[i]);
    return text;
}

Result<Hashes> sha256_of(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    Hashes hashes;
    for (const std::string& name : names) {
        auto hash = sha256_of(folder / name);
        if (!hash) return hash.error();
        hashes[name] = std::move(*hash);
    }
    return hashes;
}

std::string Manifest::to_text() const {
    return json::serialize(json::object{{"program", program}, {"program_sha256", program_sha256},
               {"inputs", json::value_from(inputs)}, {"outputs", json::value_from(outputs)}}) +
           "\n";
}

Result<Manifest> Manifest::from_text(std::string_view text) try {
    const auto value = json::parse(text);
    return Manifest{json::value_to<std::string>(value.at("program")),
        json::value_to<std::string>(value.at("program_sha256")), json::value_to<Hashes>(value.at("inputs")),
        json::value_to<Hashes>(value.at("outputs"))};
} catch (const std::exception& failure) {
    return Error{Errc::bad_input, fmt::format("not a manifest: {}", failure.what())};
}

} // namespace freshet::worker::wepp
