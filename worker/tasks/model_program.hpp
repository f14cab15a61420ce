#pragma once

#include "worker/process/child.hpp"
#include "worker/settings.hpp"

namespace freshet::worker {

/// A configured program as a child to be: path, its extra arguments, limits. The task adds its own arguments,
/// the folder, the log and the answers.
ChildSpec child_of(const Program& program);

} // namespace freshet::worker
