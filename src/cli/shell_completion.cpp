#include "shell_completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/suggestion.hpp"

namespace resdyn::cli {

namespace {

/// What may stand behind an option.
struct Values {
    std::vector<std::string> words;
    bool files = false;
};

Values values_of(const OptionDescription& option, const SuggestedWords& suggested) {
    if (!option.words.empty()) {
        return {option.words};
    }
    for (const std::string& name : option.names) {
        if (const auto found = suggested.find(name); found != suggested.end()) {
            return {found->second, option.type == "TEXT"};
        }
    }
    return {{}, option.type == "TEXT"};
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
        text.replace(at, what.size(), by);
    }
    return text;
}

/// Between single quotes in any of the shells.
std::string quoted(const std::string& text, bool fish = false) {
    return fmt::format(
        "'{}'", replaced(fish ? replaced(text, "\\", "\\\\") : text, "'", fish ? "\\'" : "'\\''"));
}

/// The help up to its first full stop, semicolon or colon: what fits beside a name in a list.
std::string short_help(const std::string& help) {
    const std::size_t end = std::min({help.find(". "), help.find("; "), help.find(": ")});
    return help.substr(0, std::min(end, help.find(" (")));
}

std::vector<std::string> all_names(const VerbDescription& verb) {
    std::vector<std::string> names;
    for (const OptionDescription& option : verb.options) {
        names.insert(names.end(), option.names.begin(), option.names.end());
    }
    return names;
}

std::vector<std::string> verb_names(const ProgramDescription& description) {
    std::vector<std::string> names;
    for (const VerbDescription& verb : description.verbs) {
        names.push_back(verb.name);
    }
    return names;
}

// ---- bash -----------------------------------------------------------------------------------

std::string bash_values(const VerbDescription& verb, const SuggestedWords& suggested) {
    std::string cases;
    for (const OptionDescription& option : verb.options) {
        if (option.is_flag()) {
            continue;
        }
        const Values values = values_of(option, suggested);
        std::vector<std::string> patterns;
        for (const std::string& name : option.names) {
            patterns.push_back(quoted(fmt::format("{} {}", verb.name, name)));
        }
        cases += fmt::format("        {})\n", fmt::join(patterns, "|"));
        if (!values.words.empty()) {
            cases += fmt::format("            COMPREPLY=($(compgen -W {} -- \"$current\"))\n",
                                 quoted(fmt::format("{}", fmt::join(values.words, " "))));
        }
        // With no word that fits, readline completes names of files.
        cases += values.files
                     ? "            compopt -o default 2>/dev/null\n            return ;;\n"
                     : "            return ;;\n";
    }
    return cases;
}

std::string bash_script(const ProgramDescription& description, const SuggestedWords& suggested) {
    std::string values;
    std::string options;
    for (const VerbDescription& verb : description.verbs) {
        values += bash_values(verb, suggested);
        options += fmt::format("        {}) options='{}' ;;\n", verb.name,
                               fmt::join(all_names(verb), " "));
    }
    return fmt::format(R"(# Completion of resdyn for bash. Made by `resdyn --completion bash`.
_resdyn() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
    local verb= word options
    COMPREPLY=()
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in
        {0})
            verb=$word
            break ;;
        esac
    done
    case "$verb $previous" in
{1}{2}    esac
    case $verb in
{3}        *) options='{4}' ;;
    esac
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    elif [[ -z $verb ]]; then
        COMPREPLY=($(compgen -W '{5}' -- "$current"))
    else
        compopt -o default 2>/dev/null
    fi
}}
complete -F _resdyn resdyn
)",
                       fmt::join(verb_names(description), "|"),
                       bash_values(description.program, suggested), values, options,
                       fmt::join(all_names(description.program), " "),
                       fmt::join(verb_names(description), " "));
}

// ---- zsh ------------------------------------------------------------------------------------

/// Within an argument of _arguments: brackets end the help, colons end a part.
std::string zsh_text(const std::string& text) {
    return replaced(replaced(replaced(text, "[", "\\["), "]", "\\]"), ":", "\\:");
}

std::string zsh_option(const OptionDescription& option, const SuggestedWords& suggested) {
    std::string action;
    if (!option.is_flag()) {
        const Values values = values_of(option, suggested);
        action = fmt::format(":{}:", option.type);
        if (!values.words.empty()) {
            action += values.files
                          ? fmt::format("{{compadd -- {}; _files}}", fmt::join(values.words, " "))
                          : fmt::format("({})", fmt::join(values.words, " "));
        } else if (values.files) {
            action += "_files";
        }
    }
    std::string lines;
    for (const std::string& name : option.names) {
        lines += fmt::format(
            " \\\n            {}",
            quoted(fmt::format("*{}[{}]{}", name, zsh_text(short_help(option.help)), action)));
    }
    return lines;
}

std::string zsh_script(const ProgramDescription& description, const SuggestedWords& suggested) {
    std::string verbs;
    std::string cases;
    for (const VerbDescription& verb : description.verbs) {
        verbs +=
            fmt::format("        {}\n",
                        quoted(fmt::format("{}:{}", verb.name, replaced(verb.about, ":", "\\:"))));
        cases += fmt::format("        {})\n            _arguments", verb.name);
        for (const OptionDescription& option : verb.options) {
            cases += zsh_option(option, suggested);
        }
        for (const OptionDescription& positional : verb.positionals) {
            cases += fmt::format(" \\\n            '*:{}:_files'", positional.names.front());
        }
        cases += " ;;\n";
    }
    std::string options;
    for (const OptionDescription& option : description.program.options) {
        options += zsh_option(option, suggested);
    }
    return fmt::format(R"(#compdef resdyn
# Completion of resdyn for zsh. Made by `resdyn --completion zsh`.
_resdyn() {{
    local context state state_descr line
    typeset -A opt_args
    local -a verbs
    verbs=(
{}    )
    _arguments -C{} \
            '1:verb:->verb' \
            '*::rest:->rest'
    case $state in
    verb) _describe verb verbs ;;
    rest)
        case $words[1] in
{}        esac ;;
    esac
}}
_resdyn "$@"
)",
                       verbs, options, cases);
}

// ---- fish -----------------------------------------------------------------------------------

std::string fish_option(const std::string& condition, const OptionDescription& option,
                        const SuggestedWords& suggested) {
    std::string line = fmt::format("complete -c resdyn -n {}", quoted(condition, true));
    for (const std::string& name : option.names) {
        line += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                       : fmt::format(" -s {}", name.substr(1));
    }
    if (!option.is_flag()) {
        const Values values = values_of(option, suggested);
        line += values.files ? " -r -F" : " -x";
        if (!values.words.empty()) {
            line += fmt::format(" -a '{}'", fmt::join(values.words, " "));
        }
    }
    return fmt::format("{} -d {}\n", line, quoted(short_help(option.help), true));
}

std::string fish_script(const ProgramDescription& description, const SuggestedWords& suggested) {
    std::string script =
        "# Completion of resdyn for fish. Made by `resdyn --completion fish`.\n"
        "complete -c resdyn -n __fish_use_subcommand -f\n";
    for (const OptionDescription& option : description.program.options) {
        script += fish_option("__fish_use_subcommand", option, suggested);
    }
    for (const VerbDescription& verb : description.verbs) {
        script += fmt::format("complete -c resdyn -n __fish_use_subcommand -a {} -d {}\n",
                              verb.name, quoted(verb.about, true));
        for (const OptionDescription& option : verb.options) {
            script += fish_option(fmt::format("__fish_seen_subcommand_from {}", verb.name), option,
                                  suggested);
        }
    }
    return script;
}

}  // namespace

std::string completion_script(const std::string& shell, const ProgramDescription& description,
                              const SuggestedWords& suggested) {
    if (shell == "bash") {
        return bash_script(description, suggested);
    }
    if (shell == "zsh") {
        return zsh_script(description, suggested);
    }
    if (shell == "fish") {
        return fish_script(description, suggested);
    }
    reject_name("--completion", "bash, zsh or fish", shell);
}

}  // namespace resdyn::cli
