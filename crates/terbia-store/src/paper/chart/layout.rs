//! Where does a node of a schematic map stand, if nobody says where?
//!
//! Layers from left to right: a node stands one layer after the last that leads to it, so rivers run
//! downstream and roads towards gates (Sugiyama, Tagawa and Toda, 1981, with two sweeps of barycentres).
//! A circle is opened at the node with the fewest ways into it, the first of those. Nothing is drawn by
//! chance: the same graph gives the same map.

/// Column and height of each node: columns from 0, heights from 0 to 1.
pub(super) fn layers(nodes: usize, edges: &[(usize, usize)]) -> Vec<(usize, f64)> {
    let layer = depths(nodes, edges);
    let last = layer.iter().copied().max().unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (node, depth) in layer.iter().enumerate() {
        columns[*depth].push(node);
    }
    let mut height = vec![0.5; nodes];
    settle(&columns, &mut height);
    for sweep in 0..4 {
        let order: Vec<usize> =
            if sweep % 2 == 0 { (0..=last).collect() } else { (0..=last).rev().collect() };
        for column in order {
            let mean = |node: usize| {
                let near = edges.iter().filter_map(|(a, b)| match (*a == node, *b == node) {
                    (true, false) => Some(height[*b]),
                    (false, true) => Some(height[*a]),
                    _ => None,
                });
                let near: Vec<f64> = near.collect();
                if near.is_empty() {
                    height[node]
                } else {
                    near.iter().sum::<f64>() / near.len() as f64
                }
            };
            let wish: Vec<f64> = (0..nodes).map(mean).collect();
            columns[column].sort_by(|a, b| wish[*a].total_cmp(&wish[*b]).then(a.cmp(b)));
            settle(&columns[column..=column], &mut height);
        }
    }
    layer.into_iter().zip(height).collect()
}

/// Spaces the nodes of each column evenly, in their order.
fn settle(columns: &[Vec<usize>], height: &mut [f64]) {
    for column in columns {
        for (i, node) in column.iter().enumerate() {
            height[*node] = (i as f64 + 0.5) / column.len() as f64;
        }
    }
}

/// How many nodes lead to each, at most, one after the other.
fn depths(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut depth = vec![0; nodes];
    let mut open = vec![true; nodes];
    for _ in 0..nodes {
        let into =
            |node: usize| edges.iter().filter(|(a, b)| *b == node && open[*a] && a != b).count();
        let next = (0..nodes).filter(|n| open[*n]).min_by_key(|n| (into(*n), *n));
        let Some(node) = next else { break };
        open[node] = false;
        for (a, b) in edges {
            if *a == node && open[*b] {
                depth[*b] = depth[*b].max(depth[node] + 1);
            }
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_node_stands_left_of_it() {
        let placed = layers(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]);
        let columns: Vec<usize> = placed.iter().map(|p| p.0).collect();
        assert_eq!(columns, [0, 1, 2, 0]);
        assert!(layers(0, &[]).is_empty());
    }

    #[test]
    fn a_circle_is_opened() {
        let placed = layers(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert_eq!(placed.iter().map(|p| p.0).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
