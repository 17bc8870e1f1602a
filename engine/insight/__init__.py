"""Looking into a network: activations, attribution, mistakes, symptoms, a step held still."""
