#pragma once

#include "worker/process/child.hpp"
#include "worker/process/publish.hpp"
#include "worker/process/success.hpp"
#include "worker/settings.hpp"
#include "worker/wepp/manifest.hpp"
#include "worker/wepp/run_inputs.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace freshet::worker::wepp {

/// A configured program and the hash of its file.
struct HashedProgram {
    const Program& program;
    std::string description; ///< file name, then extra arguments
    std::string sha256;

    /// Blocks; throws Failure if the file cannot be read.
    static HashedProgram of(const Program& program);
};

/// One start of a WEPP program in a scratch folder that mirrors runs/ and output/, so that the names in the
/// answers stay short and nothing half-done is seen. Functions block and throw Failure.
class ModelRun {
public:
    /// Links `inputs` of wepp/runs into the scratch folder and hashes them; the first is the file of answers.
    /// Refuses to start on a file system with less than 64 MiB free.
    ModelRun(const WeppFolder& folder, const std::string& execution_id, std::vector<std::string> inputs);

    /// Links a file of wepp/output that the program reads.
    void add_earlier_output(const std::string& name);

    const std::string& answers() const noexcept { return answers_; }
    std::filesystem::path runs() const { return scratch_.path() / "runs"; }
    std::filesystem::path output() const { return scratch_.path() / "output"; }
    const Hashes& inputs() const noexcept { return inputs_; }

    /// The program as a child; its log is runs()/`log_name`.
    ChildSpec child(const Program& program, const std::string& log_name) const;

    /// Believes nothing but: it ended by itself with code 0, printed `expected`, and wrote each of `outputs`.
    void check(const ChildOutcome& outcome, const std::string& log_name, const SuccessText& expected,
        const std::vector<std::string>& outputs) const;

    /// Puts the log in wepp/runs, the outputs in wepp/output, and the manifest last.
    void publish(const std::string& log_name, const std::vector<std::string>& outputs,
        const Manifest& manifest, const std::filesystem::path& manifest_path,
        const Scratch::LeaseCheck& lease_is_held) const;

private:
    WeppFolder folder_;
    Scratch scratch_;
    std::filesystem::file_time_type started_;
    std::string answers_name_;
    std::string answers_;
    Hashes inputs_;
};

/// The year of the last record of a pass file (EVENT, SUBEVENT or NO EVENT). Reads only its end. bad_input if
/// there is none.
Result<int> last_year_of_pass(const std::filesystem::path& file);

/// The number of years that the watershed's loss report is an average of. bad_input if it does not say.
Result<int> years_of_loss_report(std::string_view text, std::string_view file);

/// What children used, in all; memory is that of the largest.
struct Usage {
    double wall_s = 0;
    double cpu_s = 0;
    std::uint64_t peak_memory_kib = 0;

    void add(const ChildOutcome& outcome);
};

} // namespace freshet::worker::wepp
