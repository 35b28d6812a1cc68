//! How far is it by road, and does the water flow downhill? Graph questions, through `petgraph`.

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;

/// Lengths of the shortest paths from `source` to every node of an undirected network.
///
/// `edges` are (node, node, length ≥ 0); nodes are numbered `0..nodes`. Unreachable is `None`.
pub fn shortest_paths(
    nodes: usize,
    edges: &[(usize, usize, f64)],
    source: usize,
) -> Vec<Option<f64>> {
    let mut graph = UnGraph::<(), f64>::with_capacity(nodes, edges.len());
    for _ in 0..nodes {
        graph.add_node(());
    }
    for &(a, b, length) in edges {
        graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), length);
    }
    let found = petgraph::algo::dijkstra(&graph, NodeIndex::new(source), None, |e| *e.weight());
    let mut lengths = vec![None; nodes];
    for node in graph.node_indices() {
        lengths[node.index()] = found.get(&node).copied();
    }
    lengths
}

/// The nodes of a directed network in an order where every edge points forward, or one node of a
/// cycle if there is no such order.
pub fn downstream_order(nodes: usize, edges: &[(usize, usize)]) -> Result<Vec<usize>, usize> {
    let mut graph = DiGraph::<(), ()>::with_capacity(nodes, edges.len());
    for _ in 0..nodes {
        graph.add_node(());
    }
    for &(a, b) in edges {
        graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), ());
    }
    match toposort(&graph, None) {
        Ok(order) => Ok(order.into_iter().map(NodeIndex::index).collect()),
        Err(cycle) => Err(cycle.node_id().index()),
    }
}

/// The nodes that no edge touches.
pub fn isolated(nodes: usize, edges: &[(usize, usize, f64)]) -> Vec<usize> {
    let mut graph = UnGraph::<(), ()>::with_capacity(nodes, edges.len());
    for _ in 0..nodes {
        graph.add_node(());
    }
    for &(a, b, _) in edges {
        graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), ());
    }
    let touched = |n: NodeIndex| graph.edges(n).any(|e| e.source() != e.target());
    graph.node_indices().filter(|&n| !touched(n)).map(NodeIndex::index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_way_round_is_taken() {
        let edges = [(0, 1, 5.0), (1, 2, 5.0), (0, 2, 12.0)];
        assert_eq!(shortest_paths(4, &edges, 0), [Some(0.0), Some(5.0), Some(10.0), None]);
        assert_eq!(isolated(4, &edges), [3]);
    }

    #[test]
    fn a_cycle_is_named() {
        assert_eq!(downstream_order(3, &[(0, 1), (1, 2)]), Ok(vec![0, 1, 2]));
        assert!(downstream_order(3, &[(0, 1), (1, 2), (2, 0)]).is_err());
    }
}
