#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include <resdyn/core/error.hpp>

#include "json_parts.hpp"
#include "report_text.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

template <typename... Lambdas>
struct Overloaded : Lambdas... {
    using Lambdas::operator()...;
};
template <typename... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

using Cell = CsvTable::Cell;

Json json_of(const FieldValue& value) {
    return std::visit(
        Overloaded{[](std::monostate) { return Json(nullptr); }, [](bool v) { return Json(v); },
                   [](long v) { return Json(v); }, [](double v) { return json_number(v); },
                   [](const std::string& v) { return Json(v); },
                   [](const FieldParts& parts) {
                       Json object = Json::object();
                       for (const auto& [name, number] : parts) {
                           object[name] = std::holds_alternative<long>(number)
                                              ? Json(std::get<long>(number))
                                              : json_number(std::get<double>(number));
                       }
                       return object;
                   },
                   [](const std::vector<double>& v) { return json_numbers(v); },
                   [](const std::vector<Complex>& v) { return json_numbers(v); },
                   [](const auto& list) { return Json(list); }},
        value.get());
}

/// The member named "a.b" of an object; made where it is not there.
Json& member(Json& object, const std::string& path) {
    const auto point = path.find('.');
    return point == std::string::npos
               ? object[path]
               : member(object[path.substr(0, point)], path.substr(point + 1));
}

Cell cell_of(const std::variant<double, long>& number) {
    return std::visit([](auto v) { return Cell(v); }, number);
}

/// One part of a value, or the value itself.
Cell cell_of(const FieldValue& value, const std::string& part) {
    if (const auto* parts = std::get_if<FieldParts>(&value.get())) {
        const std::string& wanted = part.empty() ? parts->front().first : part;
        const auto found = std::find_if(parts->begin(), parts->end(),
                                        [&](const auto& p) { return p.first == wanted; });
        if (found == parts->end()) {
            reject_argument("Table", "a part of the value", part);
        }
        return cell_of(found->second);
    }
    return std::visit(Overloaded{[](bool v) { return Cell(std::string(v ? "true" : "false")); },
                                 [](long v) { return Cell(v); }, [](double v) { return Cell(v); },
                                 [](const std::string& v) { return Cell(v); },
                                 [](const auto&) { return Cell(std::string()); }},
                      value.get());
}

std::size_t length_of(const FieldValue& value) {
    return std::visit(Overloaded{[](const std::vector<double>& v) { return v.size(); },
                                 [](const std::vector<long>& v) { return v.size(); },
                                 [](const std::vector<Complex>& v) { return v.size(); },
                                 [](const std::vector<std::string>& v) { return v.size(); },
                                 [](const auto&) { return std::size_t{0}; }},
                      value.get());
}

using Values = std::vector<std::vector<FieldValue>>;

/// The columns of one field, and how a value fills them.
class Columns {
  public:
    Columns(const FieldDescription& field, const Values& values, std::size_t place)
        : kind_(field.kind) {
        const std::string name =
            field.columns.size() == 1 ? field.columns.front().name : field.name;
        if (kind_ == FieldKind::List || kind_ == FieldKind::ComplexList) {
            auto length = static_cast<std::size_t>(field.width.value_or(0));
            for (const std::vector<FieldValue>& row : values) {
                length = std::max(length, length_of(row[place]));
            }
            for (std::size_t k = 0; k < length; ++k) {
                if (kind_ == FieldKind::List) {
                    names_.push_back(fmt::format("{}_{}", name, k));
                } else {
                    names_.push_back(fmt::format("{}_{}_re", name, k));
                    names_.push_back(fmt::format("{}_{}_im", name, k));
                }
            }
        } else if (field.columns.empty() && kind_ == FieldKind::Parts) {
            add(name, "");
            add(name + "_error", "standard_error");
        } else if (field.columns.empty()) {
            add(name, "");
        } else {
            for (const FieldColumn& column : field.columns) {
                add(column.name, column.part);
            }
        }
    }

    const std::vector<std::string>& names() const { return names_; }

    void fill(std::vector<Cell>& row, const FieldValue& value) const {
        if (kind_ == FieldKind::Single || kind_ == FieldKind::Parts) {
            for (const std::string& part : parts_) {
                row.push_back(value.is_absent() ? Cell(std::string()) : cell_of(value, part));
            }
            return;
        }
        const std::size_t end = row.size() + names_.size();
        std::visit(
            Overloaded{
                [&](const std::vector<double>& v) { row.insert(row.end(), v.begin(), v.end()); },
                [&](const std::vector<long>& v) { row.insert(row.end(), v.begin(), v.end()); },
                [&](const std::vector<std::string>& v) {
                    row.insert(row.end(), v.begin(), v.end());
                },
                [&](const std::vector<Complex>& v) {
                    for (const Complex& z : v) {
                        row.insert(row.end(), {z.real(), z.imag()});
                    }
                },
                [](const auto&) {}},
            value.get());
        row.resize(end, Cell(std::string()));
    }

  private:
    void add(std::string name, std::string part) {
        names_.push_back(std::move(name));
        parts_.push_back(std::move(part));
    }

    FieldKind kind_;
    std::vector<std::string> names_ = {};
    std::vector<std::string> parts_ = {};
};

/// By the field's format, or as the report reads where it has none.
std::string text_of(double value, const std::string& format) {
    return format.empty() || std::isnan(value) ? readable::number(value)
                                               : fmt::format(fmt::runtime(format), value);
}

std::string text_of(const FieldParts& parts, const std::string& format) {
    const auto number = [](const std::variant<double, long>& v) {
        return std::visit([](auto x) { return static_cast<double>(x); }, v);
    };
    std::string text = text_of(number(parts.front().second), format);
    for (const auto& [name, value] : parts) {
        if (name == "standard_error") {
            text += fmt::format(" ± {}", text_of(number(value), format));
        }
    }
    return text;
}

std::string text_of(const std::vector<double>& list, const std::string& format) {
    constexpr std::size_t listed = 6;
    std::string text;
    for (std::size_t k = 0; k < std::min(listed, list.size()); ++k) {
        text += (k > 0 ? ", " : "") + text_of(list[k], format);
    }
    return fmt::format("({}{})", text, list.size() > listed ? ", …" : "");
}

std::string text_of(const FieldValue& value, const std::string& format) {
    return std::visit(
        Overloaded{
            [](std::monostate) { return std::string("–"); },
            [](bool v) { return readable::yes_no(v); }, [](long v) { return fmt::format("{}", v); },
            [&](double v) { return text_of(v, format); },
            [&](const std::string& v) {
                return format.empty() ? readable::words(v) : fmt::format(fmt::runtime(format), v);
            },
            [&](const FieldParts& v) { return text_of(v, format); },
            [](const std::vector<Complex>& v) { return readable::complex_list(v); },
            [&](const std::vector<double>& v) { return text_of(v, format); },
            [](const auto& list) { return fmt::format("{}", fmt::join(list, ", ")); }},
        value.get());
}

}  // namespace

FieldValue::FieldValue() = default;
FieldValue::FieldValue(Alternatives value) : value_(std::move(value)) {}
FieldValue::FieldValue(const FieldValue&) = default;
FieldValue::FieldValue(FieldValue&&) noexcept = default;
FieldValue& FieldValue::operator=(const FieldValue&) = default;
FieldValue& FieldValue::operator=(FieldValue&&) noexcept = default;
FieldValue::~FieldValue() = default;

FieldValue field_of(bool value) {
    return FieldValue(value);
}

FieldValue field_of(long value) {
    return FieldValue(value);
}

FieldValue field_of(double value) {
    return FieldValue(value);
}

FieldValue field_of(std::string_view value) {
    return FieldValue(std::string(value));
}

FieldValue field_of(const Proportion& value) {
    return FieldValue(FieldParts{{"value", value.value},
                                 {"standard_error", value.standard_error},
                                 {"low", value.low},
                                 {"high", value.high},
                                 {"samples", static_cast<long>(value.samples)}});
}

FieldValue field_of(const MeanWithError& value) {
    return FieldValue(FieldParts{{"mean", value.mean}, {"standard_error", value.standard_error}});
}

FieldValue field_of(const Spread& value) {
    return FieldValue(FieldParts{{"median", value.median},
                                 {"q05", value.low},
                                 {"q95", value.high},
                                 {"least", value.least},
                                 {"most", value.most}});
}

FieldValue field_of(const FieldParts& value) {
    return FieldValue(value);
}

FieldValue field_of(const Vector& value) {
    return FieldValue(std::vector<double>(value.begin(), value.end()));
}

FieldValue field_of(const std::vector<double>& value) {
    return FieldValue(value);
}

FieldValue field_of(const std::vector<long>& value) {
    return FieldValue(value);
}

FieldValue field_of(const std::vector<int>& value) {
    return FieldValue(std::vector<long>(value.begin(), value.end()));
}

FieldValue field_of(const std::vector<Complex>& value) {
    return FieldValue(value);
}

FieldValue field_of(std::vector<std::string> value) {
    return FieldValue(std::move(value));
}

std::vector<Index> indices_up_to(Index count) {
    std::vector<Index> indices(static_cast<std::size_t>(count));
    std::iota(indices.begin(), indices.end(), Index{0});
    return indices;
}

AnyTable::AnyTable(std::vector<AnyField> fields) : fields_(std::move(fields)) {}

Values AnyTable::values_of(const AnyRows& rows) const {
    Values values;
    values.reserve(rows.size());
    for (const void* row : rows) {
        std::vector<FieldValue>& one = values.emplace_back();
        one.reserve(fields_.size());
        for (const AnyField& field : fields_) {
            one.push_back(field.value(row));
        }
    }
    return values;
}

void AnyTable::add_to(Json& object, const void* row) const {
    for (const AnyField& field : fields_) {
        if (field.what.in_json) {
            const FieldValue value = field.value(row);
            if (!value.is_absent() || !field.what.left_out_if_absent) {
                member(object, field.what.name) = json_of(value);
            }
        }
    }
}

Json AnyTable::json(const AnyRows& rows) const {
    Json list = Json::array();
    for (const void* row : rows) {
        list.push_back(Json::object());
        add_to(list.back(), row);
    }
    return list;
}

CsvTable AnyTable::csv(const AnyRows& rows) const {
    const Values values = values_of(rows);
    std::vector<std::pair<std::size_t, Columns>> filled;
    std::vector<std::string> names;
    for (std::size_t k = 0; k < fields_.size(); ++k) {
        if (fields_[k].what.in_csv) {
            const Columns& columns =
                filled.emplace_back(k, Columns(fields_[k].what, values, k)).second;
            names.insert(names.end(), columns.names().begin(), columns.names().end());
        }
    }
    CsvTable table(std::move(names));
    for (const std::vector<FieldValue>& value : values) {
        std::vector<Cell> row;
        for (const auto& [k, columns] : filled) {
            columns.fill(row, value[k]);
        }
        table.add(row);
    }
    return table;
}

std::string AnyTable::line(const void* row) const {
    std::string line;
    for (const AnyField& field : fields_) {
        if (!field.what.said.empty()) {
            const FieldValue value = field.value(row);
            if (!value.is_absent()) {
                line += fmt::format(fmt::runtime(field.what.said),
                                    text_of(value, field.what.said_format));
            }
        }
    }
    return line;
}

TextTable AnyTable::text(const AnyRows& rows) const {
    TextTable table;
    for (const AnyField& field : fields_) {
        if (!field.what.title.empty()) {
            table.titles.push_back(field.what.title);
        }
    }
    for (const std::vector<FieldValue>& value : values_of(rows)) {
        std::vector<std::string>& row = table.rows.emplace_back();
        for (std::size_t k = 0; k < fields_.size(); ++k) {
            if (!fields_[k].what.title.empty()) {
                row.push_back(text_of(value[k], fields_[k].what.format));
            }
        }
    }
    return table;
}

}  // namespace resdyn
