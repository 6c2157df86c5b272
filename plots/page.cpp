#include "page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <kainjow/mustache.hpp>
#include <map>
#include <string_view>

#include "gnuplot_script.hpp"
#include "report_template.hpp"
#include "results/glossary.hpp"

namespace resdyn::plots {

using namespace figures;

namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t longest_unbroken_cell = 28;  ///< longer ones may break into lines.

/// Numbers of a figure beyond this many bytes stay in their file: a page must stay sendable.
constexpr std::size_t most_carried = std::size_t{2} << 20;

/// A file inside the page, as RFC 2397 has it.
std::string data_uri(std::string_view type, std::string_view content) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string uri = fmt::format("data:{};charset=utf-8;base64,", type);
    uri.reserve(uri.size() + content.size() / 3 * 4 + 4);
    for (std::size_t k = 0; k < content.size(); k += 3) {
        const std::size_t have = std::min<std::size_t>(3, content.size() - k);
        std::uint32_t bits = 0;
        for (std::size_t b = 0; b < 3; ++b) {
            bits = bits << 8U | (b < have ? static_cast<unsigned char>(content[k + b]) : 0U);
        }
        for (std::size_t d = 0; d < 4; ++d) {
            uri += d <= have ? digits[bits >> (18U - 6U * d) & 63U] : '=';
        }
    }
    return uri;
}

/// The picture as an element of the page: no prologue, no tooltips of gnuplot's, and identifiers
/// made the figure's own, for several pictures share one page. gnuplot names the plots of its first
/// 26 panels apart and those of further ones alike: a name that comes again is numbered.
std::string inline_svg(std::string_view svg, const std::string& id) {
    static constexpr std::array<std::string_view, 4> references = {"id=\"", "id='", "href='#",
                                                                   "url(#"};
    svg.remove_prefix(std::min(svg.find("<svg"), svg.size()));
    std::string result;
    result.reserve(svg.size() + svg.size() / 8);
    std::map<std::string_view, int> named;
    while (!svg.empty()) {
        if (svg.starts_with("<title>") || svg.starts_with("<desc>")) {
            const std::string_view end = svg.starts_with("<title>") ? "</title>" : "</desc>";
            svg.remove_prefix(svg.find(end) + end.size());
            continue;
        }
        std::size_t taken = 1;
        for (const std::string_view reference : references) {
            if (svg.starts_with(reference)) {
                taken = reference.size();
            }
        }
        result += svg.substr(0, taken);
        if (taken == 1) {
            svg.remove_prefix(1);
            continue;
        }
        result += id + "-";
        const bool defines = svg.starts_with("id=");
        const char quote = svg[taken - 1];
        svg.remove_prefix(taken);
        if (defines) {
            const std::string_view name = svg.substr(0, svg.find(quote));
            result += name;
            if (const int before = named[name]++; before > 0) {
                result += fmt::format("-{}", before);
            }
            svg.remove_prefix(name.size());
        }
    }
    return result;
}

/// Our own texts as HTML: escaped, with w_ij, x_{n+1} and e^{hλ} set low and high, and >=, <=, !=
/// as one sign. The name of a file (class_means.csv) stays as it is.
std::string typeset(const std::string& text) {
    const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    const auto takes_index = [&](char c) { return is_letter(c) || c == ')' || c == '|'; };
    const auto names_file = [&](std::size_t k) {
        while (k < text.size() && (is_letter(text[k]) || text[k] == '_')) {
            ++k;
        }
        return k + 1 < text.size() && text[k] == '.' && is_letter(text[k + 1]);
    };
    std::string result;
    for (std::size_t k = 0; k < text.size(); ++k) {
        const char c = text[k];
        if (k + 1 < text.size() && text[k + 1] == '=' && (c == '>' || c == '<' || c == '!')) {
            result += c == '>' ? "≥" : c == '<' ? "≤" : "≠";
            ++k;
            continue;
        }
        const bool braced = k + 1 < text.size() && text[k + 1] == '{';
        if ((c == '_' || (c == '^' && braced)) && k > 0 && takes_index(text[k - 1]) &&
            k + 1 < text.size() && (braced || (is_letter(text[k + 1]) && !names_file(k)))) {
            std::size_t end = k + 1;
            if (braced) {
                end = std::min(text.find('}', k), text.size());
            } else {
                while (end < text.size() && is_letter(text[end])) {
                    ++end;
                }
            }
            const std::size_t from = braced ? k + 2 : k + 1;
            const std::string tag = c == '_' ? "sub" : "sup";
            result += fmt::format("<{0}>{1}</{0}>", tag,
                                  mustache::html_escape(text.substr(from, end - from)));
            k = braced ? end : end - 1;
        } else {
            result += mustache::html_escape(std::string(1, c));
        }
    }
    return result;
}

mustache::data typeset_list(const std::vector<std::string>& texts) {
    mustache::data list{mustache::data::type::list};
    for (const std::string& text : texts) {
        list << mustache::data{typeset(text)};
    }
    return list;
}

mustache::data list_of(const std::vector<std::string>& texts) {
    mustache::data list{mustache::data::type::list};
    for (const std::string& text : texts) {
        list << mustache::data{text};
    }
    return list;
}

mustache::data figure_data(const RenderedFigure& rendered, const LivePortrait& portrait) {
    mustache::data data;
    data.set("id", rendered.figure.id);
    data.set("title", rendered.figure.title);
    data.set("caption", typeset(rendered.figure.caption));
    const std::string csv = figure_csv(rendered.figure);
    data.set("carried", csv.size() <= most_carried);
    data.set("csv", csv.size() <= most_carried ? data_uri("text/csv", csv)
                                               : mustache::html_escape(rendered.csv));
    data.set("script", data_uri("text/plain", gnuplot_script(rendered.figure)));
    data.set("width", fmt::format("{}", rendered.figure.width));
    data.set("drawn", !rendered.svg.empty());
    data.set("svg", inline_svg(rendered.svg, rendered.figure.id));
    data.set("has_narrow", !rendered.narrow_svg.empty());
    data.set("narrow_svg", inline_svg(rendered.narrow_svg, rendered.figure.id + "-narrow"));
    const bool still = rendered.figure.id == "portrait" && !portrait.why_still.empty();
    data.set("still", still);
    data.set("why_still", typeset(portrait.why_still));
    return data;
}

mustache::data table_data(const Table& table) {
    mustache::data data;
    data.set("caption", typeset(table.caption));
    data.set("folded", table.folded);
    data.set("header", typeset_list(table.header));
    mustache::data rows{mustache::data::type::list};
    for (const std::vector<std::string>& row : table.rows) {
        mustache::data cells{mustache::data::type::list};
        for (const std::string& cell : row) {
            mustache::data item;
            item.set("text", typeset(cell));
            item.set("long", cell.size() > longest_unbroken_cell);
            cells << item;
        }
        rows << mustache::data{"cells", cells};
    }
    data.set("rows", rows);
    return data;
}

mustache::data section_data(const PageSection& page_section, const LivePortrait& portrait) {
    const ReportSection& section = page_section.content;
    mustache::data data;
    data.set("id", section.id);
    data.set("title", section.title);
    data.set("paragraphs", typeset_list(section.paragraphs));
    mustache::data facts{mustache::data::type::list};
    for (const Fact& fact : section.facts) {
        mustache::data item;
        item.set("name", typeset(fact.name));
        item.set("value", typeset(fact.value));
        item.set("note", typeset(fact.note));
        facts << item;
    }
    data.set("has_facts", !section.facts.empty());
    data.set("facts", facts);
    mustache::data tables{mustache::data::type::list};
    for (const Table& table : section.tables) {
        tables << table_data(table);
    }
    data.set("tables", tables);
    mustache::data pictures{mustache::data::type::list};
    for (const RenderedFigure& rendered : page_section.figures) {
        pictures << figure_data(rendered, portrait);
    }
    data.set("figures", pictures);
    return data;
}

}  // namespace

std::string page_html(const Page& page) {
    mustache::data data;
    data.set("title", page.title);
    data.set("kicker", page.kicker);
    data.set("command", page.command);
    data.set("seed", fmt::format("{}", page.seed));
    mustache::data hashes{mustache::data::type::list};
    for (const auto& [file, hash] : page.input_hashes) {
        mustache::data item;
        item.set("file", file);
        item.set("hash", hash);
        hashes << item;
    }
    data.set("hashes", hashes);
    data.set("has_hashes", !page.input_hashes.empty());
    data.set("hashed", page.input_hashes.size() == 1
                           ? std::string("1 input file")
                           : fmt::format("{} input files", page.input_hashes.size()));
    mustache::data sentences{mustache::data::type::list};
    for (std::size_t k = 0; k < page.summary.size(); ++k) {
        mustache::data item;
        item.set("text", typeset(page.summary[k]));
        const auto section = std::find_if(
            page.sections.begin(), page.sections.end(), [&](const PageSection& candidate) {
                return k < page.evidence.size() && candidate.content.id == page.evidence[k];
            });
        item.set("has_evidence", section != page.sections.end());
        if (section != page.sections.end()) {
            item.set("id", section->content.id);
            item.set("title", section->content.title);
        }
        sentences << item;
    }
    data.set("summary", sentences);
    mustache::data sections{mustache::data::type::list};
    std::vector<std::string> files = page.files;
    for (const PageSection& section : page.sections) {
        sections << section_data(section, page.portrait);
        for (const RenderedFigure& rendered : section.figures) {
            for (const std::string& file : {rendered.path, rendered.csv, rendered.script}) {
                if (!file.empty()) {
                    files.push_back(file);
                }
            }
        }
    }
    data.set("sections", sections);
    data.set("has_view", !page.portrait.view.empty());
    data.set("view", page.portrait.view);
    data.set("view_data", page.portrait.data);
    data.set("tables_script", std::string(report_tables_script));
    data.set("notes", typeset_list(page.notes));
    data.set("has_notes", !page.notes.empty());
    data.set("files", list_of(files));
    mustache::data words{mustache::data::type::list};
    for (const GlossaryEntry& entry : glossary) {
        mustache::data item;
        item.set("term", std::string(entry.term));
        item.set("meaning", std::string(entry.meaning));
        words << item;
    }
    data.set("glossary", words);
    mustache::mustache page_template{std::string(report_template)};
    return page_template.render(data);
}

}  // namespace resdyn::plots
