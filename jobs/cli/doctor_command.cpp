#include "jobs/cli/commands.hpp"
#include "jobs/cli/exit_code.hpp"
#include "jobs/cli/output.hpp"
#include "jobs/doctor/doctor.hpp"

#include <boost/json/object.hpp>

#include <fmt/ostream.h>

#include <algorithm>

namespace freshet::jobs::cli {
namespace {

using Fixed = std::vector<bool>;

// `fixed` is empty if nothing was to be repaired.
std::string_view fate(const Fixed& fixed, std::size_t i) {
    if (fixed.empty()) return "";
    return fixed[i] ? "repaired" : "not so any more";
}

void print_lines(const std::vector<Finding>& findings, const Fixed& fixed, std::ostream& out) {
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const Finding& finding = findings[i];
        const auto& trouble = describe(finding.trouble);
        if (i == 0 || findings[i - 1].trouble != finding.trouble)
            fmt::print(out, "{}\n  {}\n  repair: {}\n", trouble.name, trouble.meaning, trouble.remedy);
        const auto what = fate(fixed, i);
        fmt::print(
            out, "    {}: {}{}{}\n", finding.subject.back(), finding.found, what.empty() ? "" : ": ", what);
    }
    if (findings.empty()) fmt::print(out, "all records agree\n");
}

void print_objects(const std::vector<Finding>& findings, const Fixed& fixed, std::ostream& out) {
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const auto& trouble = describe(findings[i].trouble);
        boost::json::object object{{"trouble", trouble.name}, {"subject", findings[i].subject.back()},
            {"found", findings[i].found}, {"meaning", trouble.meaning}, {"repair", trouble.remedy}};
        if (!fixed.empty()) object["repaired"] = static_cast<bool>(fixed[i]);
        print_json(out, object);
    }
}

awaitable<int> examine(Context& context) {
    Doctor doctor(context.redis);
    const auto findings = co_await doctor.examine();
    Fixed fixed;
    if (!findings.value().empty() && context.has("fix")) {
        const auto done = co_await doctor.fix(*findings);
        fixed = done.value();
    }
    if (context.has("json"))
        print_objects(*findings, fixed, context.out);
    else
        print_lines(*findings, fixed, context.out);
    // What was not so any more when it was to be repaired is no finding any more either.
    co_return findings->empty() || !fixed.empty() ? ExitCode::success : ExitCode::failed;
}

} // namespace

awaitable<int> doctor(Context& context) {
    try {
        co_return co_await examine(context);
    } catch (const Failure& failure) {
        // Scripts must not take an error for findings or for health, so it has one code here.
        throw Failure({Errc::bad_input, failure.what()});
    }
}

} // namespace freshet::jobs::cli
