#include "rules/cache_rules.hpp"

#include "rules/cache_invalidation_rules.json.hpp"
#include "rules/message_text.hpp"
#include "rules/strict_json.hpp"
#include "rules/task_catalogue.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace freshet::rules {
namespace {

namespace json = boost::json;

constexpr std::string_view supported_version = "1.0";
constexpr std::string_view default_key = "nodb_cache:{run_id}:{controller}";

std::string described(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null:
        return "null";
    case json::kind::bool_:
        return value.get_bool() ? "true" : "false";
    case json::kind::string:
        return quoted(value.get_string());
    case json::kind::array:
        return "an array";
    case json::kind::object:
        return "an object";
    default:
        return "a number";
    }
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
    const auto meant = nearest(word, candidates);
    return meant ? fmt::format("; did you mean {}?", quoted(*meant)) : "";
}

} // namespace

/// One reading of one file. Each function takes a JSON pointer and throws Failure at the first thing that is
/// wrong.
class CacheRulesReader {
public:
    explicit CacheRulesReader(std::string_view file) : file_(file) {}

    CacheRules read(const json::value& document) {
        const auto& top = object_at("", document);
        allow_only({"version", "rules", "cache_keys"}, "", top);
        check_version(member("", top, "version"));
        read_keys(member("", top, "cache_keys"));
        read_rules(member("", top, "rules"));
        return std::move(result_);
    }

private:
    [[noreturn]] void refuse(std::string_view pointer, std::string_view reason) const {
        const auto place = pointer.empty() ? "(top level)" : pointer;
        throw Failure({Errc::bad_input, fmt::format("{} {}: {}", file_, place, reason)});
    }

    [[noreturn]] void refuse(
        std::string_view pointer, std::string_view expected, const json::value& found) const {
        refuse(pointer, fmt::format("expected {}, found {}", expected, described(found)));
    }

    const json::object& object_at(std::string_view pointer, const json::value& value) const {
        if (!value.is_object()) refuse(pointer, "an object", value);
        return value.get_object();
    }

    const json::array& array_at(std::string_view pointer, const json::value& value) const {
        if (!value.is_array()) refuse(pointer, "an array", value);
        return value.get_array();
    }

    std::string_view string_at(std::string_view pointer, const json::value& value) const {
        if (!value.is_string()) refuse(pointer, "a string", value);
        return value.get_string();
    }

    void allow_only(std::initializer_list<std::string_view> names, std::string_view pointer,
        const json::object& object) const {
        for (const auto& [name, value] : object)
            if (std::ranges::find(names, std::string_view(name)) == names.end())
                refuse(json_pointer_to(pointer, name), fmt::format("unknown field; expected one of {}{}",
                                                           fmt::join(names, ", "), suggestion(name, names)));
    }

    const json::value& member(
        std::string_view pointer, const json::object& object, std::string_view name) const {
        const auto* value = object.if_contains(name);
        if (!value) refuse(pointer, fmt::format("the field {} is missing", quoted(name)));
        return *value;
    }

    void check_version(const json::value& version) const {
        if (!version.is_string() || std::string_view(version.get_string()) != supported_version)
            refuse("/version", quoted(supported_version), version);
    }

    std::string_view controller_at(std::string_view pointer, std::string_view name) const {
        const auto known = controllers();
        const auto found = std::ranges::find(known, name);
        if (found == known.end())
            refuse(pointer, fmt::format("unknown controller {}{}", quoted(name), suggestion(name, known)));
        return *found;
    }

    std::string_view task_at(std::string_view pointer, std::string_view stored) const {
        if (const Task* const task = task_stored_as(stored)) return task->stored;
        if (const Task* const task = task_named(stored))
            refuse(pointer,
                fmt::format("unknown task {}: it is stored as {}", quoted(stored), quoted(task->stored)));
        std::vector<std::string_view> known;
        for (const Task& task : all_tasks())
            known.push_back(task.stored);
        refuse(pointer, fmt::format("unknown task {}{}", quoted(stored), suggestion(stored, known)));
    }

    void read_keys(const json::value& value) {
        constexpr std::string_view here = "/cache_keys";
        for (const auto& [name, templates] : object_at(here, value)) {
            const auto pointer = json_pointer_to(here, name);
            result_.keys_[controller_at(pointer, name)] = templates_at(pointer, templates);
        }
    }

    std::vector<KeyTemplate> templates_at(std::string_view pointer, const json::value& value) const {
        if (value.is_string()) return {template_at(pointer, value)};
        if (!value.is_array()) refuse(pointer, "a key template or an array of them", value);
        std::vector<KeyTemplate> templates;
        for (std::size_t i = 0; const auto& item : value.get_array()) {
            const auto item_pointer = json_pointer_to(pointer, i++);
            auto parsed = template_at(item_pointer, item);
            if (std::ranges::find(templates, parsed.text(), &KeyTemplate::text) != templates.end())
                refuse(item_pointer, fmt::format("{} occurs twice", quoted(parsed.text())));
            templates.push_back(std::move(parsed));
        }
        if (templates.empty()) refuse(pointer, "expected at least one key template, found an empty array");
        return templates;
    }

    KeyTemplate template_at(std::string_view pointer, const json::value& value) const {
        auto parsed = KeyTemplate::parse(string_at(pointer, value));
        if (!parsed) refuse(pointer, parsed.error().message);
        return *std::move(parsed);
    }

    void read_rules(const json::value& value) {
        constexpr std::string_view here = "/rules";
        for (const auto& [name, rule] : object_at(here, value)) {
            const auto pointer = json_pointer_to(here, name);
            result_.rules_.push_back(rule_at(pointer, task_at(pointer, name), rule));
        }
        std::ranges::sort(result_.rules_, {}, [](const Rule& rule) { return task_stored_as(rule.task); });
    }

    Rule rule_at(std::string_view pointer, std::string_view task, const json::value& value) const {
        const auto& object = object_at(pointer, value);
        allow_only({"invalidates_cache", "description"}, pointer, object);
        Rule rule{.task = task, .description = {}, .controllers = {}};
        if (const auto* text = object.if_contains("description"))
            rule.description = string_at(json_pointer_to(pointer, "description"), *text);
        rule.controllers = stale_at(
            json_pointer_to(pointer, "invalidates_cache"), member(pointer, object, "invalidates_cache"));
        return rule;
    }

    std::vector<std::string_view> stale_at(std::string_view pointer, const json::value& value) const {
        std::vector<std::string_view> names;
        for (std::size_t i = 0; const auto& item : array_at(pointer, value)) {
            const auto item_pointer = json_pointer_to(pointer, i++);
            const auto name = controller_at(item_pointer, string_at(item_pointer, item));
            if (std::ranges::find(names, name) != names.end())
                refuse(item_pointer, fmt::format("{} occurs twice", quoted(name)));
            if (!result_.keys_.contains(name))
                refuse(item_pointer, fmt::format("controller {} has no key: expected {}", quoted(name),
                                         json_pointer_to("/cache_keys", name)));
            names.push_back(name);
        }
        return names;
    }

    std::string_view file_;
    CacheRules result_;
};

Result<CacheRules> CacheRules::parse(std::string_view text, std::string_view file) try {
    const auto document = parse_strict_json(text, file);
    if (!document) return document.error();
    return CacheRulesReader(file).read(*document);
} catch (const Failure& failure) {
    return failure.error();
}

std::span<const std::string_view> CacheRules::controllers_for(std::string_view stored_task) const noexcept {
    const auto rule = std::ranges::find(rules_, stored_task, &Rule::task);
    if (rule == rules_.end()) return {};
    return rule->controllers;
}

std::vector<std::string> CacheRules::keys_for(
    std::string_view controller, std::string_view run_id, std::string_view run_dir) const {
    if (!is_controller(controller)) return {};
    const KeyPlace place{.run_id = run_id, .run_dir = run_dir, .controller = controller};
    const auto templates = keys_.find(controller);
    if (templates == keys_.end()) return {KeyTemplate::parse(default_key).value().expand(place)};
    std::vector<std::string> keys;
    for (const KeyTemplate& key : templates->second)
        keys.push_back(key.expand(place));
    return keys;
}

std::shared_ptr<const CacheRules> default_cache_rules() {
    static const auto rules = std::make_shared<const CacheRules>(
        CacheRules::parse(cache_invalidation_rules_json, "built-in cache_invalidation_rules.json").value());
    return rules;
}

std::string_view default_cache_rules_text() noexcept {
    return cache_invalidation_rules_json;
}

} // namespace freshet::rules
