#pragma once

#include <string>
#include <string_view>

/// The texts that watchers of a run read on its channels (pub/sub). Grammar: contracts of WEPPcloud's status
/// messenger.
namespace freshet::prep::status {

/// `<run id>:<panel>`, e.g. `r1:climate`.
std::string channel(std::string_view run_id, std::string_view panel);

/// `rq:<job id> STARTED <function>(<run id>)`
std::string started(std::string_view job_id, std::string_view function, std::string_view run_id);
/// `rq:<job id> COMPLETED <function>(<run id>)`
std::string completed(std::string_view job_id, std::string_view function, std::string_view run_id);
/// `rq:<job id> EXCEPTION <function>(<run id>)`
std::string exception(std::string_view job_id, std::string_view function, std::string_view run_id);
/// `rq:<job id> STATUS <text>`
std::string note(std::string_view job_id, std::string_view text);
/// `rq:<job id> TRIGGER   <panel> <EVENT>` (three spaces)
std::string trigger(std::string_view job_id, std::string_view panel, std::string_view event);
/// `{"job":"<job id>","status":"<status>"}` for the channel `<run id>:rq`; status is success, failed or
/// exception.
std::string life_cycle(std::string_view job_id, std::string_view status);

} // namespace freshet::prep::status
