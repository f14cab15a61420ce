#pragma once

#include "prep/redis/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace freshet::prep::redis {

/// A stream of bytes to a server, over TCP, TLS or a unix socket. One open(), then one reader and one writer
/// at a time. All operations support terminal cancellation (looking up a host name ends only when the
/// resolver gives up).
class Transport {
public:
    virtual ~Transport() = default;

    /// Connects, for TLS with the handshake and the check of the certificate. `unavailable` says what failed.
    virtual boost::asio::awaitable<Result<>> open() = 0;
    /// At least one byte, or an error.
    virtual boost::asio::awaitable<boost::system::error_code> read_some(
        std::span<char> buffer, std::size_t& received) = 0;
    /// All bytes, or an error. `bytes` must stay until then.
    virtual boost::asio::awaitable<boost::system::error_code> write(std::string_view bytes) = 0;
    /// Ends everything that is going on; no further use.
    virtual void close() noexcept = 0;
};

/// The transport that the settings ask for, not yet open. bad_input names a TLS file that cannot be used.
Result<std::unique_ptr<Transport>> make_transport(
    boost::asio::any_io_executor executor, const Settings& settings);

} // namespace freshet::prep::redis
