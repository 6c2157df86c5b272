#include "manual_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "results/glossary.hpp"

namespace resdyn::cli {

namespace {

/// Text as roff prints it: no escapes, no requests; `-` is the character of options.
std::string plain(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts_line = i == 0 || text[i - 1] == '\n';
        if (starts_line && (text[i] == '.' || text[i] == '\'')) {
            result += "\\&";
        }
        switch (text[i]) {
            case '\\':
                result += "\\e";
                break;
            case '-':
                result += "\\-";
                break;
            default:
                result += text[i];
        }
    }
    return result;
}

/// Lines as they are, examples for instance.
std::string as_it_stands(const std::string& text) {
    return fmt::format(".PP\n.nf\n{}\n.fi\n", plain(text));
}

std::string item(const OptionDescription& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.names) {
        names.push_back(fmt::format("\\fB{}\\fR", plain(name)));
    }
    std::string head = fmt::format("{}", fmt::join(names, ", "));
    if (!option.words.empty()) {
        head += fmt::format(" {}", plain(fmt::format("{}", fmt::join(option.words, "|"))));
    } else if (!option.is_flag()) {
        head += fmt::format(" \\fI{}\\fR", option.type);
    }
    const std::string value = option.default_value.empty()
                                  ? std::string()
                                  : plain(fmt::format(" [{}]", option.default_value));
    return fmt::format(".TP\n{}\n{}{}\n", head, plain(option.help), value);
}

/// Options by the title they stand under, in the order of the titles' first appearance.
std::string items(const VerbDescription& verb) {
    std::vector<std::string> groups;
    for (const OptionDescription& option : verb.options) {
        if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) {
            groups.push_back(option.group);
        }
    }
    std::string text;
    for (const std::string& group : groups) {
        text += fmt::format(".PP\n\\fI{}\\fR\n", plain(group));
        for (const OptionDescription& option : verb.options) {
            text += option.group == group ? item(option) : "";
        }
    }
    return text;
}

std::string section(const VerbDescription& verb) {
    std::string synopsis = fmt::format("\\fBresdyn {}\\fR [\\fIoptions\\fR]", plain(verb.name));
    for (const OptionDescription& positional : verb.positionals) {
        synopsis += fmt::format(" [\\fI{}\\fR]", plain(positional.names.front()));
    }
    std::string text =
        fmt::format(".SS {}\n{}.\n.PP\n{}\n", plain(verb.name), plain(verb.about), synopsis);
    for (const OptionDescription& positional : verb.positionals) {
        text += item(positional);
    }
    return text + items(verb) + as_it_stands(verb.footer);
}

}  // namespace

std::string manual_page(const ProgramDescription& description, const std::string& version) {
    std::string page = fmt::format(
        ".\\\" -*- coding: utf-8 -*-\n"
        ".\\\" Made by `resdyn --manual-page` from the options of the program.\n"
        ".TH RESDYN 1 \"\" \"resdyn {}\" \"User Commands\"\n"
        ".SH NAME\nresdyn \\- the residual dynamics of residual networks\n"
        ".SH SYNOPSIS\n\\fBresdyn\\fR \\fIVERB\\fR [\\fIoptions\\fR] [\\fIMODEL\\fR]\n"
        ".SH DESCRIPTION\nIn: a residual network, trained here or elsewhere, or a matrix. Out: "
        "what "
        "its residuals do: where they end (proved where it can be), who helps whom, how the "
        "network "
        "decides, how deep it must be. Every verb works without options, on a test system.\n"
        ".SH OPTIONS\n",
        plain(version));
    page += items(description.program);
    page += ".SH VERBS\n";
    for (const VerbDescription& verb : description.verbs) {
        page += section(verb);
    }
    page += ".SH EXIT STATUS\n";
    for (const auto& [code, meaning] : {std::pair{0, "done"},
                                        {1, "the analysis ran, and a claim or check failed"},
                                        {2, "bad input or usage"},
                                        {3, "the environment failed"}}) {
        page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", code, meaning);
    }
    page += ".SH WORDS\n";
    for (const GlossaryEntry& entry : glossary) {
        page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", plain(std::string(entry.term)),
                            plain(std::string(entry.meaning)));
    }
    return page;
}

}  // namespace resdyn::cli
