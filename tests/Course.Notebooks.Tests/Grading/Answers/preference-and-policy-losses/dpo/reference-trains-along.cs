// test-dpo: a gradient flows into the reference
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyChosen - referenceChosen) - (policyRejected - referenceRejected);
    return -nn.functional.logsigmoid(beta * h).mean();
}
