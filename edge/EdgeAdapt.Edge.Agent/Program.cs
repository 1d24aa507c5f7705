using EdgeAdapt.Edge.Agent;

return await AgentCommand.RunAsync(args).ConfigureAwait(false);
