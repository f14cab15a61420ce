#pragma once

#include "prep/store/controller.hpp"
#include "prep/store/push_link.hpp"
#include "rules/cache_rules.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace freshet::prep {

/// Controllers that this process has read, kept until Redis says that one of their keys, or the generations
/// of their run, have changed (CLIENT TRACKING in broadcasting mode with the prefixes of the cache's keys).
/// Empty and off while its connection is away: what was said meanwhile is lost. Controllers whose keys have
/// no beginning in common (`{run_id}:...`) are not kept: Redis would have to tell of every key it has.
///
/// A message takes a moment to arrive, so whoever takes a controller from here compares it with the file's
/// signature. Not thread-safe: its executor. run() and stop() as PushLink.
class ClientCache final : public PushLink {
public:
    ClientCache(
        boost::asio::any_io_executor executor, redis::Settings settings, const rules::CacheRules& rules);

    std::shared_ptr<const Controller> find(const std::string& key) const;

    /// Before a controller is read: from here on nothing that Redis says about it is missed. The ticket for
    /// put(); 0 if it cannot be kept.
    std::uint64_t begin(const std::string& key, const std::string& run_id);
    /// Keeps the controller, unless the key was changed since begin().
    void put(const std::string& key, std::uint64_t ticket, std::shared_ptr<const Controller> controller);

    bool active() const noexcept { return active_; }
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::string run_id;
        std::uint64_t ticket = 0;
        std::shared_ptr<const Controller> controller; ///< null while it is read
    };

    std::vector<redis::Command> greeting(std::int64_t client_id) override;
    void received(const redis::ReplyView& reply) override;
    void lost() override;
    void changed(std::string_view key);
    bool is_followed(std::string_view key) const;

    std::vector<std::string> prefixes_;
    std::map<std::string, Entry> entries_;
    std::uint64_t last_ticket_ = 0;
    bool active_ = false;
};

} // namespace freshet::prep
