/// @file
/// The evidence of a whole search by branch and bound as text, for a checker that shares no code
/// with the library: a line a node, in preorder, so that each node's children follow it.
///
/// Method: the nodes of a search come in the order of its tasks (BranchAndBoundOptions::on_proof).
/// They are kept as text by the states that they start from, parents before children, and put in
/// order at the end by going down from the roots. A line says what the node concludes, step by
/// step, and how it ends; its language is in doc/certificate.md.
///
/// What it cannot carry: more text than its limit (`too_large`).
/// Reference: K. K. H. Cheung, A. Gleixner, D. E. Steffy, Verifying integer programming results,
/// IPCO 2017 (the same for linear and integer programs).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <resdyn/stable/branch_and_bound.hpp>

namespace resdyn {

/// A finished tree.
struct SearchProof {
    /// The states of each unit that the search begins with, letters of "LHF".
    std::vector<std::string> start;
    /// The root splits by the first High unit (levels 0 and 1), or by the first unit that is not
    /// Free (levels −a and a; that one High, its mirror image understood). Else it is one node.
    bool split = false;
    std::vector<std::string> lines;
};

class ProofTree {
  public:
    /// Evidence of more characters is given up.
    explicit ProofTree(std::size_t max_characters = default_max_characters)
        : max_characters_(max_characters) {}

    void add(const NodeProof& node);
    bool too_large() const { return too_large_; }
    /// The tree of a search that ran to its end; throws std::logic_error where a child is missing.
    /// Empty without nodes (nothing had to be searched) and where it is too large.
    std::optional<SearchProof> proof() const;

    /// The checker reads files of up to 2^30 bytes.
    static constexpr std::size_t default_max_characters = std::size_t{1} << 29;

  private:
    struct Node {
        std::string line;
        std::string branching = {};  ///< states after the steps, where it branches.
        Index branch_unit = -1;      ///< −1: it does not.

        std::vector<std::string> children() const;  ///< Low, High, Free, where possible.
    };
    void append(const std::string& states, std::vector<std::string>& lines) const;

    std::size_t max_characters_;
    std::size_t characters_ = 0;
    bool too_large_ = false;
    bool mirrored_ = false;
    std::unordered_map<std::string, Node> nodes_;  ///< by the states that they start from.
    std::unordered_set<std::string> awaited_;      ///< children that have not come yet.
    std::vector<std::string> roots_;
};

}  // namespace resdyn
