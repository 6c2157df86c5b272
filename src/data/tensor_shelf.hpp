/// @file
/// The tensors and metadata of a model file, handed out by name while a network is read from them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/formats/safetensors.hpp>
#include <resdyn/model/activation.hpp>

namespace resdyn {

/// Whether a tensor of this name belongs to some network: W, A, B or b, of all layers or of one,
/// and the read-out and the input layer.
bool is_network_name(const std::string& name);

/// Remembers which tensors were asked for. Every function throws InputError naming the file and the
/// tensor or key.
class TensorShelf {
  public:
    /// Keeps references to `content` and `overrides`.
    TensorShelf(const Safetensors& content, std::string where, const ModelOverrides& overrides)
        : content_(content), where_(std::move(where)), overrides_(overrides) {}

    bool has(const std::string& name) const {
        return content_.tensors.contains(name) || content_.unread.contains(name);
    }
    Matrix matrix(const std::string& name);
    /// A bias of the given size; absent: zeros.
    Vector bias(const std::string& name, Index size);

    std::string metadata_or(const std::string& key, const std::string& otherwise) const;
    Activation activation();
    Index depth();
    double step();

    /// Refuses a file that has no weights by their names, listing what it has instead.
    void need_weights() const;
    /// Refuses what belongs to another network than was read; returns notes of what belongs to none
    /// and of what took the place of metadata.
    std::vector<std::string> leftovers();

    [[noreturn]] void reject(const std::string& key, std::string_view expected,
                             const std::string& got) const;

  private:
    [[noreturn]] void reject_missing(const std::string& key, std::string_view expected) const;
    void note_override(const std::string& key, const std::string& value);
    /// The metadata `key`, or `instead` of it, as a finite number.
    double number(const std::string& key, std::string_view expected, std::optional<double> instead);
    const Tensor& take(const std::string& name, std::size_t dimensions);
    /// Name, type and shape of every tensor that was not asked for.
    std::vector<std::pair<std::string, std::string>> unused() const;

    const Safetensors& content_;
    std::string where_;
    const ModelOverrides& overrides_;
    std::set<std::string> used_;
    std::vector<std::string> notes_;
};

}  // namespace resdyn
