/// @file
/// A list of results described once: its fields by name, from which the JSON list, the CSV table
/// and the table that people read follow.
///
/// A field has a name, a value taken from a row, and says where it is told. In JSON it is the
/// member of that name ("r.rms": a member of a member). In CSV it is a column of that name, or
/// several where the value has parts: a proportion `p` gives the columns p and p_error, a vector
/// `y` the columns y_0, y_1, … People read it in tables where it has a title, and in the line of
/// its row where it is said. Numbers that JSON or CSV do not have are written as doc/formats.md
/// says.
///
///     const Table<Lesion> table = {{"layer", &Lesion::layer},
///                                  {"accuracy", &Lesion::accuracy}};
///     Json list = table.json(study.lesions);
///     CsvTable csv = table.csv(study.lesions);
#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/core/types.hpp>
#include <resdyn/numerics/spectrum.hpp>
#include <resdyn/transient/decision.hpp>

#include "formats/csv.hpp"

namespace resdyn {

/// A value of several named numbers: in JSON an object, in CSV a column a part.
using FieldParts = std::vector<std::pair<std::string, std::variant<double, long>>>;

/// What a field holds in one row; nothing where the row has none.
class FieldValue {
  public:
    using Alternatives = std::variant<std::monostate, bool, long, double, std::string, FieldParts,
                                      std::vector<double>, std::vector<long>, std::vector<Complex>,
                                      std::vector<std::string>>;

    // All of it stands in table.cpp: a table has many fields, and every one would compile it again.
    FieldValue();
    FieldValue(Alternatives value);  // NOLINT(google-explicit-constructor)
    FieldValue(const FieldValue&);
    FieldValue(FieldValue&&) noexcept;
    FieldValue& operator=(const FieldValue&);
    FieldValue& operator=(FieldValue&&) noexcept;
    ~FieldValue();

    bool is_absent() const { return value_.index() == 0; }
    const Alternatives& get() const { return value_; }

  private:
    Alternatives value_;
};

FieldValue field_of(bool value);
FieldValue field_of(long value);
FieldValue field_of(double value);
FieldValue field_of(std::string_view value);
FieldValue field_of(const Proportion& value);
FieldValue field_of(const MeanWithError& value);
FieldValue field_of(const Spread& value);
FieldValue field_of(const FieldParts& value);
FieldValue field_of(const Vector& value);
FieldValue field_of(const std::vector<double>& value);
FieldValue field_of(const std::vector<long>& value);
FieldValue field_of(const std::vector<int>& value);
FieldValue field_of(const std::vector<Complex>& value);
FieldValue field_of(std::vector<std::string> value);

/// Of all that a struct of results holds: whole numbers and numbers, lists of them, complex lists,
/// values with parts, what has a `to_string` (an enumeration, a pattern), an optional of these.
template <typename V>
FieldValue field_value(const V& value) {
    if constexpr (std::same_as<V, FieldValue>) {
        return value;
    } else if constexpr (std::same_as<V, bool>) {
        return field_of(value);
    } else if constexpr (std::integral<V>) {
        return field_of(static_cast<long>(value));
    } else if constexpr (std::floating_point<V>) {
        return field_of(static_cast<double>(value));
    } else if constexpr (std::convertible_to<V, std::string_view>) {
        return field_of(std::string_view(value));
    } else if constexpr (requires { value.has_value(); }) {
        return value ? field_value(*value) : FieldValue();
    } else if constexpr (requires { to_string(value); }) {
        return field_of(std::string_view(to_string(value)));
    } else if constexpr (requires { field_of(value); }) {
        return field_of(value);
    } else {
        std::vector<std::string> words;
        for (const auto& item : value) {
            words.emplace_back(to_string(item));
        }
        return field_of(std::move(words));
    }
}

/// How many columns a value takes in CSV: one, one a part, one an item, two an item.
enum class FieldKind { Single, Parts, List, ComplexList };

/// Of all values of a type, so that a column stands there where no row has a value.
template <typename V>
constexpr FieldKind field_kind() {
    if constexpr (requires(V v) { v.has_value(); }) {
        return field_kind<std::decay_t<decltype(*std::declval<V>())>>();
    } else if constexpr (std::same_as<V, FieldValue> || std::is_arithmetic_v<V> ||
                         std::is_enum_v<V> || std::convertible_to<V, std::string_view>) {
        return FieldKind::Single;
    } else if constexpr (std::same_as<V, FieldParts> || std::same_as<V, Proportion> ||
                         std::same_as<V, MeanWithError> || std::same_as<V, Spread>) {
        return FieldKind::Parts;
    } else if constexpr (std::same_as<V, std::vector<Complex>>) {
        return FieldKind::ComplexList;
    } else if constexpr (requires(V v) { to_string(v); }) {
        return FieldKind::Single;
    } else {
        return FieldKind::List;
    }
}

/// A column of a CSV table and the part of the value that it holds; no part: the value itself.
struct FieldColumn {
    std::string name;
    std::string part = {};
};

/// Where a field is told; what it holds is Field<T>'s.
struct FieldDescription {
    std::string name = {};  ///< the member in JSON.
    FieldKind kind = FieldKind::Single;
    std::vector<FieldColumn> columns = {};  ///< in CSV, where they are not those of the name.
    bool in_json = true;
    bool in_csv = true;
    bool left_out_if_absent = false;  ///< in JSON: no member instead of null.
    std::optional<Index> width = {};  ///< least number of a list's columns.
    std::string title = {};           ///< what people read it under; empty: not shown.
    std::string format = {};  ///< of numbers and names there (fmt); empty: as the report reads.
    std::string said = {};    ///< its part of a line, "  residual {}"; empty: not in the line.
    std::string said_format = {};  ///< likewise.
};

/// A field of a row whose type is forgotten.
struct AnyField {
    FieldDescription what = {};
    std::function<FieldValue(const void*)> value = {};
};

/// One field of a row of type T.
template <typename T>
class Field : public AnyField {
  public:
    /// `value`: a member of T, or what gives the value from a row.
    template <typename Accessor>
    Field(std::string name, Accessor accessor) {
        what.name = std::move(name);
        what.kind = field_kind<std::decay_t<std::invoke_result_t<Accessor, const T&>>>();
        value = [accessor](const void* row) {
            return field_value(std::invoke(accessor, *static_cast<const T*>(row)));
        };
    }
    /// One column of this name instead of the field's.
    Field&& column(std::string name, std::string part = {}) && {
        what.columns.push_back({std::move(name), std::move(part)});
        return std::move(*this);
    }
    /// Columns instead of those of the name.
    Field&& parts(std::vector<FieldColumn> columns) && {
        what.columns = std::move(columns);
        return std::move(*this);
    }
    Field&& width(Index columns) && {
        what.width = columns;
        return std::move(*this);
    }
    Field&& json_only() && {
        what.in_csv = false;
        return std::move(*this);
    }
    /// The name is then that of the column, unless columns are given before.
    Field&& csv_only() && {
        what.in_json = false;
        return std::move(*this);
    }
    /// A row without a value has no member in JSON, where others have null.
    Field&& if_present() && {
        what.left_out_if_absent = true;
        return std::move(*this);
    }
    /// People read it too.
    Field&& shown(std::string title, std::string format = {}) && {
        what.title = std::move(title);
        what.format = std::move(format);
        return std::move(*this);
    }
    /// It has a part in the line of its row: "  residual {}", and how its number reads there.
    Field&& said(std::string part, std::string format = {}) && {
        what.said = std::move(part);
        what.said_format = std::move(format);
        return std::move(*this);
    }
    /// In no file.
    Field&& people_only() && {
        what.in_json = false;
        what.in_csv = false;
        return std::move(*this);
    }
};

/// A table as people read it: titles, and a text a cell.
struct TextTable {
    std::vector<std::string> titles;
    std::vector<std::vector<std::string>> rows;
};

/// The rows of a table, whose type is forgotten.
using AnyRows = std::vector<const void*>;

/// What Table<T> does, for rows of any type.
class AnyTable {
  public:
    explicit AnyTable(std::vector<AnyField> fields);
    void add_to(nlohmann::ordered_json& object, const void* row) const;
    nlohmann::ordered_json json(const AnyRows& rows) const;
    CsvTable csv(const AnyRows& rows) const;
    TextTable text(const AnyRows& rows) const;
    std::string line(const void* row) const;
    const std::vector<AnyField>& fields() const { return fields_; }

  private:
    std::vector<std::vector<FieldValue>> values_of(const AnyRows& rows) const;

    std::vector<AnyField> fields_;
};

/// 0 … count − 1: the rows of a Table<Index>, which describes results that are kept as lists.
std::vector<Index> indices_up_to(Index count);

/// The description of rows of type T.
template <typename T>
class Table {
  public:
    Table(std::initializer_list<Field<T>> fields)
        : table_(std::vector<AnyField>(fields.begin(), fields.end())) {}
    explicit Table(const std::vector<Field<T>>& fields)
        : table_(std::vector<AnyField>(fields.begin(), fields.end())) {}

    /// One row as an object; adds to `object`, whose other members stay.
    void add_to(nlohmann::ordered_json& object, const T& row) const { table_.add_to(object, &row); }
    /// A list of objects, one a row.
    template <typename Rows>
    auto json(const Rows& rows) const {
        return table_.json(any(rows));
    }
    template <typename Rows>
    CsvTable csv(const Rows& rows) const {
        return table_.csv(any(rows));
    }
    /// What people read: the fields that have a title.
    template <typename Rows>
    TextTable text(const Rows& rows) const {
        return table_.text(any(rows));
    }
    /// One row in a line, of the fields that have a part in it and a value.
    std::string line(const T& row) const { return table_.line(&row); }
    /// The same fields of a larger row, of which `part` gives the part that this table describes.
    template <typename Whole, typename Part>
    std::vector<Field<Whole>> fields_of(Part part) const {
        std::vector<Field<Whole>> fields;
        for (const AnyField& field : table_.fields()) {
            Field<Whole>& one = fields.emplace_back(
                std::string(),
                [value = field.value, part](const Whole& row) { return value(&part(row)); });
            one.what = field.what;
        }
        return fields;
    }

  private:
    template <typename Rows>
    static AnyRows any(const Rows& rows) {
        static_assert(std::same_as<std::decay_t<decltype(*rows.begin())>, T>,
                      "rows of another type would be copies that are gone when they are read");
        AnyRows all;
        for (const T& row : rows) {
            all.push_back(&row);
        }
        return all;
    }

    AnyTable table_;
};

}  // namespace resdyn
