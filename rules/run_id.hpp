#pragma once

#include "rules/error.hpp"

#include <string>
#include <string_view>

namespace freshet::rules {

/// `text`, if it may name a run; else Errc::bad_input with the first offending character and its position.
///
/// A run id is a Redis key, a part of other keys and channels (`nodb-lock:<id>:...`, `<id>:wepp`), and the
/// last part of a path. So it has 1 to 255 bytes, all of them ASCII letters, digits or - _ . ; and is refused
/// if it holds ".." or if it, or a part of it after ";;" (sub-runs are named `batch;;<name>;;<run>`), begins
/// with '.'.
Result<std::string> checked_run_id(std::string_view text);

} // namespace freshet::rules
