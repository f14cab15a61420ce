#include "prep/store/run.hpp"

#include "rules/run_id.hpp"

namespace freshet::prep {

Result<Run> Run::at(std::filesystem::path dir) {
    if (!dir.has_filename()) dir = dir.parent_path();
    auto id = rules::checked_run_id(dir.filename().string());
    if (!id) return id.error();
    return Run{std::move(*id), std::move(dir)};
}

bool Run::is_readonly() const {
    std::error_code absent;
    return std::filesystem::exists(dir / "READONLY", absent);
}

} // namespace freshet::prep
