#include "command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>

#include <resdyn/core/error.hpp>
#include <resdyn/core/types.hpp>

#include "cli11.hpp"
#include "command_description.hpp"
#include "core/suggestion.hpp"
#include "parse_errors.hpp"

namespace resdyn::cli {

Check in_range(long low, long high) {
    return {[low, high](const std::string& text) {
                long value = 0;
                return CLI::detail::lexical_cast(text, value) && value >= low && value <= high
                           ? std::string()
                           : fmt::format("expected a whole number from {} to {}, got {}", low, high,
                                         text);
            },
            fmt::format("INT in [{} - {}]", low, high)};
}

Check is_member(std::vector<std::string> names) {
    const std::string shown = fmt::format("{{{}}}", fmt::join(names, ","));
    return {[names = std::move(names)](const std::string& text) {
                return std::find(names.begin(), names.end(), text) != names.end()
                           ? std::string()
                           : fmt::format("expected one of {}, got {}{}", fmt::join(names, ", "),
                                         text, did_you_mean(text, names));
            },
            shown};
}

Option* Option::check(const Check& check) {
    const auto refusal = check.refusal;
    option_->check(
        CLI::Validator([refusal](const std::string& text) { return refusal(text); }, check.shown));
    return this;
}

Option* Option::capture_default_str() {
    option_->capture_default_str();
    return this;
}

Option* Option::default_str(const std::string& text) {
    option_->default_str(text);
    return this;
}

Option* Option::description(const std::string& help) {
    option_->description(help);
    return this;
}

Option* Option::group(const std::string& title) {
    option_->group(title);
    return this;
}

Option* Option::delimiter(char between) {
    option_->delimiter(between);
    return this;
}

Option* Option::expected(int values) {
    option_->expected(values);
    return this;
}

Option* Option::expected(int least, int most) {
    option_->expected(least, most);
    return this;
}

std::string Option::get_name() const {
    return option_->get_name();
}

std::size_t Option::count() const {
    return option_->count();
}

struct App::Inside {
    std::unique_ptr<CLI::App> own;  ///< of the program; a verb belongs to it.
    CLI::App* app = nullptr;
    std::deque<Option> options = {};
    std::map<CLI::Option*, Option*> by_option = {};
    std::vector<std::unique_ptr<App>> verbs = {};
};

App::App(const std::string& description) : inside_(std::make_unique<Inside>()) {
    inside_->own = std::make_unique<CLI::App>(description);
    inside_->app = inside_->own.get();
    inside_->app->require_subcommand(0, 1);
}

App::App(CLI::App* app) : inside_(std::make_unique<Inside>()) {
    inside_->app = app;
}

App::~App() = default;

App* App::add_subcommand(const std::string& name, const std::string& description) {
    CLI::App* verb = inside_->app->add_subcommand(name, description);
    inside_->verbs.push_back(std::unique_ptr<App>(new App(verb)));
    return inside_->verbs.back().get();
}

Option* App::keep(CLI::Option* option) {
    Option*& kept = inside_->by_option[option];
    if (kept == nullptr) {
        inside_->options.push_back(Option(option));
        kept = &inside_->options.back();
    }
    return kept;
}

template <typename T>
Option* App::add_option(const std::string& name, T& target, const std::string& help) {
    return keep(inside_->app->add_option(name, target, help));
}

template Option* App::add_option(const std::string&, int&, const std::string&);
template Option* App::add_option(const std::string&, long&, const std::string&);
template Option* App::add_option(const std::string&, unsigned long&, const std::string&);
template Option* App::add_option(const std::string&, double&, const std::string&);
template Option* App::add_option(const std::string&, std::string&, const std::string&);
template Option* App::add_option(const std::string&, std::vector<int>&, const std::string&);
template Option* App::add_option(const std::string&, std::vector<long>&, const std::string&);
template Option* App::add_option(const std::string&, std::vector<double>&, const std::string&);
template Option* App::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option* App::add_option(const std::string&, std::optional<long>&, const std::string&);
template Option* App::add_option(const std::string&, std::optional<double>&, const std::string&);

Option* App::add_option_function(const std::string& name,
                                 const std::function<void(const std::string&)>& read,
                                 const std::string& help) {
    return keep(inside_->app->add_option_function<std::string>(name, read, help));
}

Option* App::add_flag(const std::string& name, bool& target, const std::string& help) {
    return keep(inside_->app->add_flag(name, target, help));
}

void App::set_version_flag(const std::string& text) {
    inside_->app->set_version_flag("--version", text);
}

void App::set_text_option(const std::string& name, const std::string& type, const std::string& help,
                          std::function<std::string(const std::string&)> text) {
    // What the version's flag throws, too: the program's only word is printed, and nothing else.
    const auto print = [text = std::move(text)](const std::string& value) {
        throw CLI::CallForVersion(text(value), 0);
    };
    if (type.empty()) {
        inside_->app->add_flag_callback(
            name, [print] { print({}); }, help);
    } else {
        inside_->app->add_option_function<std::string>(name, print, help)
            ->type_name(type)
            ->trigger_on_parse();
    }
}

void App::footer(const std::string& text) {
    inside_->app->footer(text);
}

void App::callback(std::function<void()> call) {
    inside_->app->callback(std::move(call));
}

std::string App::get_name() const {
    return inside_->app->get_name();
}

std::size_t App::count(const std::string& name) const {
    return inside_->app->count(name);
}

bool App::has_option(const std::string& name) const {
    return inside_->app->get_option_no_throw(name) != nullptr;
}

Option* App::get_option(const std::string& name) {
    CLI::Option* option = inside_->app->get_option_no_throw(name);
    if (option == nullptr) {
        reject_argument("get_option", "an option of " + get_name(), name);
    }
    return keep(option);
}

bool App::parse(int argc, const char* const* argv) {
    CLI::App& program = *inside_->app;
    // by_option adds the help to what begins with an option.
    const auto refuse = [&](const std::string& message) {
        throw std::invalid_argument(message.starts_with("--") ? message
                                                              : message + see_help(program));
    };
    try {
        program.parse(argc, argv);
        if (!program.get_subcommands().empty()) {
            return true;
        }
        fmt::print("{}", program.help());
    } catch (const CLI::CallForHelp&) {
        fmt::print("{}", program.help());
    } catch (const CLI::Success& success) {
        fmt::print("{}\n", success.what());  // --version
    } catch (const CLI::ExtrasError&) {
        refuse(said_of_extra(program));
    } catch (const CLI::ParseError& error) {
        refuse(said_of_value(program, error.what()));
    }
    return false;
}

bool App::parsed() const {
    return inside_->app->parsed();
}

std::string App::by_option(const std::string& message) const {
    return by_option_of(*inside_->app, message);
}

namespace {

/// "TEXT:{all,stable}" or "INT:INT in [0 - 9]": the type alone, and the words if there is a list.
void describe_type(const std::string& shown, OptionDescription& described) {
    const std::size_t colon = shown.find(':');
    described.type = shown.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : shown.substr(colon + 1);
    if (rest.starts_with('{') && rest.ends_with('}')) {
        described.words = CLI::detail::split(rest.substr(1, rest.size() - 2), ',');
    } else if (described.type.starts_with('{') && described.type.ends_with('}')) {
        described.words = CLI::detail::split(shown.substr(1, shown.size() - 2), ',');
        described.type = "TEXT";
    }
}

OptionDescription describe_option(const CLI::Option& option) {
    OptionDescription described;
    for (const std::string& name : option.get_snames()) {
        described.names.push_back(fmt::format("-{}", name));
    }
    for (const std::string& name : option.get_lnames()) {
        described.names.push_back(fmt::format("--{}", name));
    }
    if (described.names.empty()) {
        described.names.push_back(option.get_name());
    }
    if (option.get_expected_max() > 0) {
        describe_type(option.get_type_name(), described);
        described.default_value = option.get_default_str();
    }
    described.help = option.get_description();
    described.group = option.get_group();
    return described;
}

VerbDescription describe_verb(const CLI::App& app) {
    VerbDescription described{app.get_name(), app.get_description(), {}, {}, app.get_footer()};
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty()) {
            continue;  // not in the help either
        }
        (option->get_positional() && option->get_lnames().empty() ? described.positionals
                                                                  : described.options)
            .push_back(describe_option(*option));
    }
    return described;
}

}  // namespace

ProgramDescription App::describe() const {
    ProgramDescription description{describe_verb(*inside_->app), {}};
    for (const CLI::App* verb : inside_->app->get_subcommands({})) {
        description.verbs.push_back(describe_verb(*verb));
    }
    return description;
}

}  // namespace resdyn::cli
