#include "prep/redis/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = ssl::stream<tcp::socket>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

Error open_failed(const Settings& settings, std::string_view step, std::string_view reason) {
    return {Errc::unavailable, fmt::format("Redis at {}: {}: {}", settings.where(), step, reason)};
}

asio::awaitable<Result<>> connect_tcp(tcp::socket& socket, const Settings& settings) {
    tcp::resolver resolver(socket.get_executor());
    const auto service = std::to_string(settings.port);
    auto [lookup_failed, endpoints] =
        co_await resolver.async_resolve(settings.host, service, tcp::resolver::numeric_service, as_result);
    if (lookup_failed) co_return open_failed(settings, "look up the host", lookup_failed.message());
    auto [connect_failed, endpoint] = co_await asio::async_connect(socket, endpoints, as_result);
    if (connect_failed) co_return open_failed(settings, "connect", connect_failed.message());
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    co_return Result<>();
}

/// What is the same for every kind of stream.
template <class Stream>
class StreamTransport : public Transport {
public:
    template <class... Argument>
    explicit StreamTransport(const Settings& settings, Argument&&... arguments)
        : settings_(settings), stream_(std::forward<Argument>(arguments)...) {}

    asio::awaitable<error_code> read_some(std::span<char> buffer, std::size_t& received) override {
        auto [failure, count] =
            co_await stream_.async_read_some(asio::buffer(buffer.data(), buffer.size()), as_result);
        received = count;
        co_return failure;
    }

    asio::awaitable<error_code> write(std::string_view bytes) override {
        auto [failure, count] = co_await asio::async_write(stream_, asio::buffer(bytes), as_result);
        co_return failure;
    }

    void close() noexcept override {
        error_code ignored;
        stream_.lowest_layer().close(ignored);
    }

protected:
    const Settings settings_;
    Stream stream_;
};

class TcpTransport final : public StreamTransport<tcp::socket> {
public:
    using StreamTransport::StreamTransport;

    asio::awaitable<Result<>> open() override { return connect_tcp(stream_, settings_); }
};

class UnixTransport final : public StreamTransport<asio::local::stream_protocol::socket> {
public:
    using StreamTransport::StreamTransport;

    asio::awaitable<Result<>> open() override {
        const asio::local::stream_protocol::endpoint endpoint(settings_.unix_socket);
        auto [failure] = co_await stream_.async_connect(endpoint, as_result);
        if (failure) co_return open_failed(settings_, "connect", failure.message());
        co_return Result<>();
    }
};

class TlsTransport final : public StreamTransport<TlsStream> {
public:
    using StreamTransport::StreamTransport;

    asio::awaitable<Result<>> open() override {
        auto connected = co_await connect_tcp(stream_.next_layer(), settings_);
        if (!connected) co_return connected;
        expect_name(settings_.tls.server_name.empty() ? settings_.host : settings_.tls.server_name);
        auto [failure] = co_await stream_.async_handshake(ssl::stream_base::client, as_result);
        if (failure) co_return open_failed(settings_, "TLS handshake", reason_of(failure));
        co_return Result<>();
    }

private:
    void expect_name(const std::string& name) {
        auto* session = stream_.native_handle();
        error_code no_address;
        asio::ip::make_address(name, no_address);
        if (no_address) {
            SSL_set_tlsext_host_name(session, name.c_str());
            SSL_set1_host(session, name.c_str());
        } else {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str());
        }
    }

    std::string reason_of(const error_code& failure) {
        const auto verdict = SSL_get_verify_result(stream_.native_handle());
        if (!settings_.tls.verify || verdict == X509_V_OK) return failure.message();
        return fmt::format(
            "the server's certificate was not accepted: {}", X509_verify_cert_error_string(verdict));
    }
};

Result<ssl::context> make_tls_context(const TlsSettings& tls) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(tls.verify ? ssl::verify_peer : ssl::verify_none);
    const auto unusable = [](std::string_view what, const std::string& path, const error_code& failure) {
        return Error{Errc::bad_input, fmt::format("Redis TLS {} {}: {}", what, path, failure.message())};
    };
    error_code failure;
    if (tls.ca_file.empty())
        context.set_default_verify_paths(failure);
    else
        context.load_verify_file(tls.ca_file, failure);
    if (failure) return unusable("CA file", tls.ca_file, failure);
    if (!tls.certificate_file.empty()) context.use_certificate_chain_file(tls.certificate_file, failure);
    if (failure) return unusable("certificate file", tls.certificate_file, failure);
    if (!tls.key_file.empty()) context.use_private_key_file(tls.key_file, ssl::context::pem, failure);
    if (failure) return unusable("key file", tls.key_file, failure);
    return context;
}

} // namespace

Result<std::unique_ptr<Transport>> make_transport(asio::any_io_executor executor, const Settings& settings) {
    using Made = std::unique_ptr<Transport>;
    if (!settings.unix_socket.empty()) return Made(std::make_unique<UnixTransport>(settings, executor));
    if (!settings.tls.enabled) return Made(std::make_unique<TcpTransport>(settings, executor));
    auto context = make_tls_context(settings.tls);
    if (!context) return context.error();
    return Made(std::make_unique<TlsTransport>(settings, executor, *context));
}

} // namespace freshet::prep::redis
